/** The extensions that a profile asks for (RFC 5280 4.2). */
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  GeneralName,
  id_ad_caIssuers,
  id_ad_ocsp,
} from '@peculiar/asn1-x509'
import { keyPurposes } from './key-usage.ts'
import { nameKinds, type Profile } from './profile.ts'
import {
  AuthorityInfoAccessExtension,
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
} from './x509.ts'

type NameKind = (typeof nameKinds)[number]

/** Subject alternative names by kind. */
export type Names = Partial<Record<NameKind, string[]>>

/** Where an issuer serves its CRL, its own certificate and its OCSP responder. */
export interface Urls {
  crl?: string
  issuer?: string
  /** The same issuer's certificate by an authority of another community that cross-signed it. */
  crossSigned?: string
  ocsp?: string
}

export interface ExtensionInput {
  names: Names
  urls: Urls
  subjectKey: PublicKey
  issuerKey: PublicKey
}

export async function extensionsOf(profile: Profile, input: ExtensionInput): Promise<Extension[]> {
  const { basicConstraints, keyUsage, extendedKeyUsage } = profile
  const names = alternativeNames(profile, input.names)
  const all = [
    basicConstraints && new BasicConstraintsExtension(basicConstraints.ca, basicConstraints.pathLength, true),
    keyUsage &&
      new KeyUsagesExtension(
        keyUsage.reduce((bits, name) => bits | KeyUsageFlags[name], 0),
        true,
      ),
    extendedKeyUsage && new ExtendedKeyUsageExtension(extendedKeyUsage.map(purposeOf)),
    names.length > 0 ? new SubjectAlternativeNameExtension(names) : undefined,
    authorityInfoAccess(profile, input.urls),
    ...(await Promise.all(profile.extensions.map((wanted) => otherExtension(wanted, input)))),
  ]
  return all.filter((extension) => extension !== undefined)
}

const purposeOf = (name: string) => keyPurposes[name] ?? name

function alternativeNames({ subjectAltName = [] }: Profile, asked: Names): JsonGeneralName[] {
  return subjectAltName.flatMap((entry) =>
    typeof entry === 'string'
      ? generalNames(entry, asked[entry])
      : nameKinds.flatMap((kind) => generalNames(kind, entry[kind] === undefined ? [] : [entry[kind]])),
  )
}

function generalNames(kind: NameKind, names: string[] = []): JsonGeneralName[] {
  return names.map((name) => ({ type: kind === 'uri' ? 'url' : kind, value: ascii(name) }))
}

/** IA5String has no other characters; a URI or host name with them is written encoded (RFC 5280 7.2, 7.4). */
function ascii(name: string): string {
  if (/^[\x20-\x7e]+$/.test(name)) return name
  throw new Error(
    `"${name}" cannot stand in a certificate: only printable ASCII can. Write it percent-encoded.`,
  )
}

async function otherExtension(
  wanted: Profile['extensions'][number],
  { urls, subjectKey, issuerKey }: ExtensionInput,
): Promise<Extension | undefined> {
  if (typeof wanted === 'object')
    return new Extension(wanted.oid, wanted.critical, Buffer.from(wanted.value, 'hex'))
  switch (wanted) {
    case 'subjectKeyIdentifier':
      return SubjectKeyIdentifierExtension.create(subjectKey)
    case 'authorityKeyIdentifier':
      return AuthorityKeyIdentifierExtension.create(issuerKey)
    case 'crlDistributionPoints':
      return urls.crl ? new CRLDistributionPointsExtension([urls.crl]) : undefined
  }
}

/**
 * The issuer's certificate comes first, which the extension class does only when it is given the whole syntax:
 * some clients in the field read only the first entry.
 */
function authorityInfoAccess(
  { authorityInfoAccess: wanted = [] }: Profile,
  { issuer, crossSigned, ocsp }: Urls,
): Extension | undefined {
  const entry = (accessMethod: string, uniformResourceIdentifier: string) =>
    new AccessDescription({ accessMethod, accessLocation: new GeneralName({ uniformResourceIdentifier }) })
  const entries = [
    ...(issuer && wanted.includes('caIssuers') ? [entry(id_ad_caIssuers, issuer)] : []),
    ...(crossSigned && wanted.includes('caIssuers') ? [entry(id_ad_caIssuers, crossSigned)] : []),
    ...(ocsp && wanted.includes('ocsp') ? [entry(id_ad_ocsp, ocsp)] : []),
  ]
  return entries.length > 0
    ? new AuthorityInfoAccessExtension(new AuthorityInfoAccessSyntax(entries))
    : undefined
}
