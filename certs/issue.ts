/** Issues certificates (RFC 5280 4) from a profile, an issuer and a subject's public key. */
import { createHash, createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import {
  AttributeTypeAndValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import { arrayBuffer, parseDer, toDer } from './der.ts'
import { extensionsOf, type Names, type Urls } from './extensions.ts'
import { durationMs, type Profile } from './profile.ts'
import { signer } from './signature.ts'

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
  subject: Subject
  /** A private key alone makes a self-signed certificate. */
  issuer: Issuer | { key: KeyObject }
  /** The moment of issue: the profile's times count from it. */
  at: Date
}

/** A certificate as DER. */
export function issueCertificate({ profile, subject, issuer, at }: IssueRequest): Buffer {
  const { algorithm, sign } = signer(issuer.key, profile.hash)
  const publicKey = parseDer(
    subject.publicKey.export({ type: 'spki', format: 'der' }) as Buffer,
    SubjectPublicKeyInfo,
  )
  const name = distinguishedName(subject)
  const from = 'certificate' in issuer ? parseDer(issuer.certificate, Certificate).tbsCertificate : undefined
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: arrayBuffer(serialNumber()),
    signature: algorithm,
    issuer: from?.subject ?? name,
    validity: new Validity({
      notBefore: new Date(at.getTime() + durationMs(profile.notBefore)),
      notAfter: new Date(at.getTime() + durationMs(profile.notAfter)),
    }),
    subject: name,
    subjectPublicKeyInfo: publicKey,
    extensions: extensionsOf(profile, {
      names: subject.names ?? {},
      urls: 'certificate' in issuer ? issuer.urls : {},
      subjectKeyId: keyId(publicKey),
      issuerKeyId: keyId(from?.subjectPublicKeyInfo ?? publicKey),
    }),
  })
  const signatureValue = arrayBuffer(sign(toDer(tbs)))
  return toDer(new Certificate({ tbsCertificate: tbs, signatureAlgorithm: algorithm, signatureValue }))
}

/** A self-signed certificate of the key itself. */
export function issueRoot(profile: Profile, key: KeyObject, commonName: string, at: Date): Buffer {
  const subject = { publicKey: createPublicKey(key), commonName, organization: ORGANIZATION }
  return issueCertificate({ profile, subject, issuer: { key }, at })
}

/** Stands in everything that is issued here, so that nobody takes it for a real certificate. */
export const ORGANIZATION = 'UDAP testbed - not for production'

/** Positive, 16 bytes, most of it random (RFC 5280 4.1.2.2). */
function serialNumber(): Buffer {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x3f) | 0x40
  return serial
}

function distinguishedName({ commonName, organization }: Subject): Name {
  const part = (type: string, text: string) =>
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: utf8(text) })])
  return new Name([
    ...(organization ? [part('2.5.4.10', organization)] : []),
    part('2.5.4.3', commonName.slice(0, 64)),
  ])
}

const utf8 = (text: string) => Object.assign(new AttributeTypeAndValue().value, { utf8String: text })

/** Method 1 of RFC 5280 4.2.1.2. */
function keyId(publicKey: SubjectPublicKeyInfo): Buffer {
  return createHash('sha1').update(Buffer.from(publicKey.subjectPublicKey)).digest()
}
