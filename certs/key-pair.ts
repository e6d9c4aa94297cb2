/** Which of several certificates belongs to a key, and which of the others lead on from it. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import type { ParsedCertificate } from './certificate.ts'
import { isSignedBy } from './path.ts'

export interface KeyPair {
  leaf: ParsedCertificate
  /** From the leaf to the last authority that is known, without a root. */
  chain: ParsedCertificate[]
  /** The rest: roots, and what does not belong to it. */
  others: ParsedCertificate[]
}

/** Undefined when none is of this key. */
export function pairUp(key: KeyObject, certificates: ParsedCertificate[]): KeyPair | undefined {
  const publicKey = createPublicKey(key)
  const [leaf] = certificates
    .filter((certificate) => sameKey(certificate.publicKey, publicKey))
    // A renewed certificate has the key of the one before.
    .sort((a, b) => b.notAfter.getTime() - a.notAfter.getTime())
  if (!leaf) return undefined
  const below = certificates.filter((certificate) => !isSelfSigned(certificate))
  const chain = [leaf]
  for (let next = issuerIn(below, leaf); next && !chain.includes(next); next = issuerIn(below, next)) {
    chain.push(next)
  }
  return { leaf, chain, others: certificates.filter((certificate) => !chain.includes(certificate)) }
}

/** Keys of two kinds are not compared: OpenSSL would note an error, which the next call of Node takes for its own. */
export const sameKey = (one: KeyObject, other: KeyObject): boolean =>
  one.asymmetricKeyType === other.asymmetricKeyType && one.equals(other)

/** Who of these issued it; nobody issued what signed itself. */
export function issuerIn(
  certificates: ParsedCertificate[],
  certificate: ParsedCertificate,
): ParsedCertificate | undefined {
  if (isSelfSigned(certificate)) return undefined
  return certificates.find(
    (one) => one !== certificate && certificate.x509.checkIssued(one.x509) && isSignedBy(certificate, one),
  )
}

export const isSelfSigned = (certificate: ParsedCertificate): boolean =>
  certificate.issuer === certificate.subject && isSignedBy(certificate, certificate)
