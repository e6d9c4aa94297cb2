/** The extensions that a profile asks for (RFC 5280 4.2). */
import { OctetString } from '@peculiar/asn1-schema'
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ad_caIssuers,
  id_ad_ocsp,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_pe_authorityInfoAccess,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509'
import { arrayBuffer, toDer } from './der.ts'
import { keyPurposes, type Profile } from './profile.ts'

/** Subject alternative names by kind. */
export interface Names {
  uri?: string[]
  dns?: string[]
  ip?: string[]
}

/** Where an issuer serves its CRL, its own certificate and its OCSP responder. */
export interface Urls {
  crl?: string
  issuer?: string
  ocsp?: string
}

export interface ExtensionInput {
  names: Names
  urls: Urls
  subjectKeyId: Buffer
  issuerKeyId: Buffer
}

export function extensionsOf(profile: Profile, input: ExtensionInput): Extensions {
  const all = [
    basicConstraints(profile),
    keyUsage(profile),
    extendedKeyUsage(profile),
    subjectAltName(profile, input.names),
    ...profile.extensions.map((wanted) => otherExtension(wanted, input)),
  ]
  return new Extensions(all.filter((extension) => extension !== undefined))
}

function basicConstraints({ basicConstraints: wanted }: Profile): Extension | undefined {
  if (!wanted) return undefined
  const pathLength = wanted.pathLength === undefined ? {} : { pathLenConstraint: wanted.pathLength }
  return extension(
    id_ce_basicConstraints,
    true,
    toDer(new BasicConstraints({ cA: wanted.ca, ...pathLength })),
  )
}

function keyUsage({ keyUsage: wanted }: Profile): Extension | undefined {
  if (!wanted) return undefined
  const bits = wanted.reduce((sum, name) => sum | KeyUsageFlags[name], 0)
  return extension(id_ce_keyUsage, true, toDer(new KeyUsage(bits)))
}

function extendedKeyUsage({ extendedKeyUsage: wanted }: Profile): Extension | undefined {
  if (!wanted) return undefined
  const purposes = wanted.map((name) => keyPurposes[name] ?? name)
  return extension(id_ce_extKeyUsage, false, toDer(new ExtendedKeyUsage(purposes)))
}

function subjectAltName({ subjectAltName: wanted = [] }: Profile, asked: Names): Extension | undefined {
  const names = wanted.flatMap((entry) =>
    generalNames(typeof entry === 'string' ? pick(asked, entry) : one(entry)),
  )
  if (names.length === 0) return undefined
  return extension(id_ce_subjectAltName, false, toDer(new SubjectAlternativeName(names)))
}

const pick = (names: Names, kind: keyof Names): Names => ({ [kind]: names[kind] ?? [] })

const one = (name: Partial<Record<keyof Names, string>>): Names =>
  Object.fromEntries(Object.entries(name).map(([kind, value]) => [kind, [value]]))

function generalNames({ uri = [], dns = [], ip = [] }: Names): GeneralName[] {
  return [
    ...uri.map((name) => new GeneralName({ uniformResourceIdentifier: ascii(name) })),
    ...dns.map((name) => new GeneralName({ dNSName: ascii(name) })),
    ...ip.map((name) => new GeneralName({ iPAddress: name })),
  ]
}

/** IA5String has no other characters; a URI or host name with them is written encoded (RFC 5280 7.2, 7.4). */
function ascii(name: string): string {
  if (/^[\x20-\x7e]+$/.test(name)) return name
  throw new Error(
    `"${name}" cannot stand in a certificate: only printable ASCII can. Write it percent-encoded.`,
  )
}

function otherExtension(wanted: Profile['extensions'][number], input: ExtensionInput): Extension | undefined {
  if (typeof wanted === 'object')
    return extension(wanted.oid, wanted.critical, Buffer.from(wanted.value, 'hex'))
  switch (wanted) {
    case 'subjectKeyIdentifier':
      return extension(
        id_ce_subjectKeyIdentifier,
        false,
        toDer(new SubjectKeyIdentifier(arrayBuffer(input.subjectKeyId))),
      )
    case 'authorityKeyIdentifier': {
      const keyIdentifier = new KeyIdentifier(arrayBuffer(input.issuerKeyId))
      return extension(
        id_ce_authorityKeyIdentifier,
        false,
        toDer(new AuthorityKeyIdentifier({ keyIdentifier })),
      )
    }
    case 'authorityInfoAccess':
      return authorityInfoAccess(input.urls)
    case 'crlDistributionPoints':
      return crlDistributionPoints(input.urls)
  }
}

/** The issuer's certificate comes first: some clients in the field read only the first entry. */
function authorityInfoAccess({ issuer, ocsp }: Urls): Extension | undefined {
  const entry = (accessMethod: string, url: string) =>
    new AccessDescription({
      accessMethod,
      accessLocation: new GeneralName({ uniformResourceIdentifier: url }),
    })
  const entries = [
    ...(issuer ? [entry(id_ad_caIssuers, issuer)] : []),
    ...(ocsp ? [entry(id_ad_ocsp, ocsp)] : []),
  ]
  if (entries.length === 0) return undefined
  return extension(id_pe_authorityInfoAccess, false, toDer(new AuthorityInfoAccessSyntax(entries)))
}

function crlDistributionPoints({ crl }: Urls): Extension | undefined {
  if (!crl) return undefined
  const fullName = [new GeneralName({ uniformResourceIdentifier: crl })]
  const point = new DistributionPoint({ distributionPoint: new DistributionPointName({ fullName }) })
  return extension(id_ce_cRLDistributionPoints, false, toDer(new CRLDistributionPoints([point])))
}

function extension(extnID: string, critical: boolean, value: Buffer): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(arrayBuffer(value)) })
}
