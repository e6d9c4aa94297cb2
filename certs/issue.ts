/** Issues certificates (RFC 5280 4) from a profile, an issuer and a subject's public key. */
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { arrayBuffer } from './der.ts'
import { extensionsOf, type Names, type Urls } from './extensions.ts'
import { durationMs, type Profile } from './profile.ts'
import { type Hash, usualHash } from './signature.ts'
import { Name, PublicKey, X509Certificate, X509CertificateGenerator } from './x509.ts'

/** Whoever signs: a certificate authority with its certificate (DER) and private key. */
export interface Issuer {
  certificate: Buffer
  key: KeyObject
  /** Where those who check its certificates find what they need; each goes in when the profile asks for it. */
  urls: Urls
}

export interface Subject {
  publicKey: KeyObject
  /** At most 64 characters (RFC 5280 A.1, ub-common-name). */
  commonName: string
  organization?: string
  names?: Names
}

export interface IssueRequest {
  profile: Profile
  /** A certificate (DER) stands for its name and key: cross-signing gives both another issuer. */
  subject: Subject | { certificate: Buffer }
  /** A private key alone makes a self-signed certificate. */
  issuer: Issuer | { key: KeyObject }
  /** The moment of issue: the profile's times count from it. */
  at: Date
}

/** A certificate as DER. */
export async function issueCertificate({ profile, subject, issuer, at }: IssueRequest): Promise<Buffer> {
  const { name, publicKey, names } = subjectOf(subject)
  const from = 'certificate' in issuer ? new X509Certificate(arrayBuffer(issuer.certificate)) : undefined
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    issuer: from?.subjectName ?? name,
    subject: name,
    notBefore: counted(at, profile.notBefore),
    notAfter: counted(at, profile.notAfter),
    publicKey,
    extensions: await extensionsOf(profile, {
      names,
      urls: 'certificate' in issuer ? issuer.urls : {},
      subjectKey: publicKey,
      issuerKey: from?.publicKey ?? publicKey,
    }),
    ...(await signature(issuer.key, profile.hash)),
  })
  return Buffer.from(certificate.rawData)
}

function subjectOf(subject: IssueRequest['subject']): { name: Name; publicKey: PublicKey; names: Names } {
  if ('certificate' in subject) {
    const { subjectName: name, publicKey } = new X509Certificate(arrayBuffer(subject.certificate))
    return { name, publicKey, names: {} }
  }
  const publicKey = new PublicKey(subject.publicKey.export({ type: 'spki', format: 'der' }))
  return { name: distinguishedName(subject), publicKey, names: subject.names ?? {} }
}

/** A self-signed certificate of the key itself. */
export function issueRoot(profile: Profile, key: KeyObject, commonName: string, at: Date): Promise<Buffer> {
  const subject = { publicKey: createPublicKey(key), commonName, organization: ORGANIZATION }
  return issueCertificate({ profile, subject, issuer: { key }, at })
}

/** Stands in everything that is issued here, so that nobody takes it for a real certificate. */
export const ORGANIZATION = 'UDAP testbed - not for production'

/** Positive, 16 bytes, most of it random (RFC 5280 4.1.2.2); hexadecimal. */
function serialNumber(): string {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x3f) | 0x40
  return serial.toString('hex')
}

/** Whole seconds: RFC 5280 4.1.2.5 allows no fractions, which the library would write. */
function counted(at: Date, duration: string): Date {
  return new Date(Math.floor((at.getTime() + durationMs(duration)) / 1000) * 1000)
}

/** As objects: plain strings the library would parse, and take quotation marks, backslashes and # for syntax. */
function distinguishedName({ commonName, organization }: Subject): Name {
  return new Name([
    ...(organization ? [{ O: [{ utf8String: organization }] }] : []),
    { CN: [{ utf8String: commonName.slice(0, 64) }] },
  ])
}

const curves: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384' }

/** The library signs with the hash that an RSA key was imported with, and with the algorithm's for an EC key. */
async function signature(key: KeyObject, hashName: Hash = usualHash(key)) {
  const hash = hashName.replace('sha', 'SHA-')
  const namedCurve = curves[key.asymmetricKeyDetails?.namedCurve ?? '']
  if (key.asymmetricKeyType !== 'rsa' && !namedCurve)
    throw new Error(`Cannot sign with a key of type ${key.asymmetricKeyType}: RSA, P-256 or P-384 is needed.`)
  const signingAlgorithm = namedCurve
    ? { name: 'ECDSA', namedCurve, hash }
    : { name: 'RSASSA-PKCS1-v1_5', hash }
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  const signingKey = await crypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithm, false, ['sign'])
  return { signingAlgorithm, signingKey }
}
