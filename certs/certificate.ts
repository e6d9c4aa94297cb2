/** Certificates as chain validation reads them. Parsing costs most of a validation, so what was read is kept. */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import {
  Certificate as Asn1Certificate,
  AuthorityInfoAccessSyntax,
  BasicConstraints,
  CRLDistributionPoints,
  ExtendedKeyUsage,
  type Extension,
  type GeneralName,
  id_ad_caIssuers,
  id_ad_ocsp,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_pe_authorityInfoAccess,
  KeyUsage,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509'
import { contentsOf, elementsOf, parseDer, serialText } from './der.ts'
import { type KeyUsageName, keyUsages } from './key-usage.ts'

/** Ample for a certificate with a 4096-bit key and many names. */
const MAX_CERTIFICATE_BYTES = 16 * 1024

export interface ParsedCertificate {
  x509: X509Certificate
  der: Buffer
  /** SHA-256 of the DER, hexadecimal. */
  fingerprint: string
  /** Upper-case hexadecimal. */
  serial: string
  /** DER of the names as they stand in the certificate, hexadecimal. */
  subject: string
  issuer: string
  /** DER of the SubjectPublicKeyInfo as it stands in the certificate. */
  spki: Buffer
  /** Contents of its subjectPublicKey BIT STRING, without the octet of unused bits. */
  keyBits: Buffer
  publicKey: KeyObject
  /** Object identifier. */
  signatureAlgorithm: string
  notBefore: Date
  notAfter: Date
  extensions: Map<string, Extension>
  basicConstraints: { ca: boolean; pathLength?: number } | undefined
  keyUsage: Set<KeyUsageName> | undefined
  /** Object identifiers. */
  extendedKeyUsage: string[] | undefined
  /** Exactly as they stand in the certificate. */
  uriNames: string[]
  caIssuersUrls: string[]
  ocspUrls: string[]
  crlUrls: string[]
}

/** Read certificates by fingerprint, the latest last. They never change, so everybody may share them. */
const kept = new Map<string, ParsedCertificate>()
const MAX_KEPT = 1000
const byX509 = new WeakMap<X509Certificate, ParsedCertificate>()

/** @throws Error whose message says, in words that fit after "because", why this is no certificate */
export function readCertificate(der: Buffer): ParsedCertificate {
  if (der.length > MAX_CERTIFICATE_BYTES) throw new Error(`it is longer than ${MAX_CERTIFICATE_BYTES} bytes`)
  const fingerprint = createHash('sha256').update(der).digest('hex')
  const known = kept.get(fingerprint)
  if (known) kept.delete(fingerprint)
  const certificate = known ?? parse(der, fingerprint)
  kept.set(fingerprint, certificate)
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
  byX509.set(certificate.x509, certificate)
  return certificate
}

export function parsedOf(certificate: X509Certificate): ParsedCertificate {
  return byX509.get(certificate) ?? readCertificate(certificate.raw)
}

/** How messages name a certificate. */
export function describe({ x509, serial }: ParsedCertificate): string {
  const name = x509.subject.split('\n').reverse().join(', ') || x509.subjectAltName || 'without a name'
  return `"${name}" (serial ${serial})`
}

function parse(bytes: Buffer, fingerprint: string): ParsedCertificate {
  const der = Buffer.from(bytes)
  const { tbsCertificate: tbs, signatureAlgorithm } = parseDer(der, Asn1Certificate)
  const x509 = new X509Certificate(der)
  const fields = elementsOf(elementsOf(der)[0]!)
  // A version 1 certificate leaves out the version field, [0].
  const [, , issuer, , subject, spki] = fields[0]![0] === 0xa0 ? fields.slice(1) : fields
  const extensions = byOid(tbs.extensions ?? [])
  const read = <T>(oid: string, type: new () => T): T | undefined => {
    const found = extensions.get(oid)
    return found && parseDer(Buffer.from(found.extnValue.buffer), type)
  }
  const basic = read(id_ce_basicConstraints, BasicConstraints)
  const usage = read(id_ce_keyUsage, KeyUsage)?.toNumber()
  const purposes = read(id_ce_extKeyUsage, ExtendedKeyUsage)
  const access = read(id_pe_authorityInfoAccess, AuthorityInfoAccessSyntax) ?? []
  const points = read(id_ce_cRLDistributionPoints, CRLDistributionPoints) ?? []
  const locations = (method: string) =>
    urisOf(access.filter((entry) => entry.accessMethod === method).map((entry) => entry.accessLocation))
  return {
    x509,
    der,
    fingerprint,
    serial: serialText(tbs.serialNumber),
    issuer: issuer!.toString('hex'),
    subject: subject!.toString('hex'),
    spki: spki!,
    keyBits: contentsOf(elementsOf(spki!)[1]!).subarray(1),
    publicKey: x509.publicKey,
    signatureAlgorithm: signatureAlgorithm.algorithm,
    notBefore: tbs.validity.notBefore.getTime(),
    notAfter: tbs.validity.notAfter.getTime(),
    extensions,
    basicConstraints: basic && {
      ca: basic.cA,
      ...(basic.pathLenConstraint === undefined ? {} : { pathLength: basic.pathLenConstraint }),
    },
    keyUsage: usage === undefined ? undefined : new Set(keyUsages.filter((_, bit) => usage & (1 << bit))),
    extendedKeyUsage: purposes && [...purposes],
    uriNames: urisOf([...(read(id_ce_subjectAltName, SubjectAlternativeName) ?? [])]),
    caIssuersUrls: locations(id_ad_caIssuers),
    ocspUrls: locations(id_ad_ocsp),
    // A point of another CRL issuer, or for some reasons only, says nothing complete about the certificate.
    crlUrls: points
      .filter((point) => !point.cRLIssuer && !point.reasons)
      .flatMap((point) => urisOf(point.distributionPoint?.fullName ?? [])),
  }
}

function byOid(extensions: Iterable<Extension>): Map<string, Extension> {
  const found = new Map<string, Extension>()
  for (const extension of extensions) {
    // RFC 5280 4.2: at most one of a kind; two would let two readers see two different certificates.
    if (found.has(extension.extnID)) throw new Error(`it has the extension ${extension.extnID} twice`)
    found.set(extension.extnID, extension)
  }
  return found
}

function urisOf(names: GeneralName[]): string[] {
  return names.map((name) => name.uniformResourceIdentifier).filter((uri) => uri !== undefined)
}
