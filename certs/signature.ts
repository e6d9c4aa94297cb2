/** Signatures of certificates, CRLs and OCSP answers: algorithm identifiers (RFC 3279, 4055, 5758) and their use. */
import { type KeyObject, sign, verify } from 'node:crypto'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'

export const hashes = ['sha1', 'sha256', 'sha384', 'sha512'] as const
export type Hash = (typeof hashes)[number]

const oids: Record<'rsa' | 'ec', Record<Hash, string>> = {
  rsa: {
    sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
    sha512: '1.2.840.113549.1.1.13',
  },
  ec: {
    sha1: '1.2.840.10045.4.1',
    sha256: '1.2.840.10045.4.3.2',
    sha384: '1.2.840.10045.4.3.3',
    sha512: '1.2.840.10045.4.3.4',
  },
}

/** MD2, MD4, MD5 with RSA, and everything with SHA-1. */
const weak = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.3',
  '1.2.840.113549.1.1.4',
  oids.rsa.sha1,
  oids.ec.sha1,
])

/** For people. */
export function signatureName(oid: string): string {
  for (const family of ['rsa', 'ec'] as const) {
    const hash = hashes.find((one) => oids[family][one] === oid)
    if (hash) return `${family === 'rsa' ? 'RSA' : 'ECDSA'} and ${hash.replace('sha', 'SHA-')}`
  }
  return oid
}

export const isWeakSignature = (oid: string): boolean => weak.has(oid)

/** The hash that suits a key when nobody asks for another: SHA-384 for P-384, else SHA-256. */
export function usualHash(key: KeyObject): Hash {
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256'
}

export interface Signer {
  algorithm: AlgorithmIdentifier
  sign(tbs: Buffer): Buffer
}

export function signer(key: KeyObject, hash: Hash = usualHash(key)): Signer {
  const family = familyOf(key)
  if (!family)
    throw new Error(`Cannot sign with a key of type ${key.asymmetricKeyType}: RSA or EC is needed.`)
  const algorithm = oids[family][hash]
  // RSA has NULL parameters, ECDSA has none (RFC 4055 5, RFC 5758 3.2).
  const parameters = family === 'rsa' ? { parameters: null } : {}
  return {
    algorithm: new AlgorithmIdentifier({ algorithm, ...parameters }),
    sign: (tbs) => sign(hash, tbs, key),
  }
}

/**
 * Does the signature over these bytes belong to the key? The key decides the family, so that an algorithm
 * identifier of another family never verifies. SHA-1 and MD5 count as no signature.
 */
export function isSignedBy(key: KeyObject, oid: string, tbs: Buffer, signature: Buffer): boolean {
  const family = familyOf(key)
  const hash = family && hashes.find((hash) => oids[family][hash] === oid)
  if (!hash || isWeakSignature(oid)) return false
  try {
    return verify(hash, tbs, key, signature)
  } catch {
    return false
  }
}

function familyOf(key: KeyObject): 'rsa' | 'ec' | undefined {
  const type = key.asymmetricKeyType
  return type === 'rsa' || type === 'ec' ? type : undefined
}
