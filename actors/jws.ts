/**
 * JWS compact serialization by jose. It refuses RSA keys below 2048 bits without a word about the certificate;
 * with these node:crypto signs and verifies, so that it is the chain's validation that refuses them, and says why.
 */
import { type KeyObject, sign, verify } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { decodeJwt } from '../wire/jwt.ts'
import type { JwtDraft } from './make.ts'

const MIN_RSA_BITS = 2048
const rsaHashes: Record<string, string> = { RS256: 'sha256', RS384: 'sha384' }

/** @throws when the alg of the header does not fit the key */
export async function signJwt({ header, claims, payload }: JwtDraft, key: KeyObject): Promise<string> {
  const hash = rsaHashes[String(header.alg)]
  const bytes = Buffer.from(payload ?? JSON.stringify(claims))
  if (!isWeakRsa(key) || !hash) {
    return new CompactSign(bytes).setProtectedHeader(header as { alg: string }).sign(key)
  }
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${bytes.toString('base64url')}`
  return `${input}.${sign(hash, Buffer.from(input), key).toString('base64url')}`
}

/** Only the signature: claims are looked at by checks that can be skipped one by one. */
export async function isSignedBy(compact: string, key: KeyObject, algorithms: string[]): Promise<boolean> {
  if (!isWeakRsa(key)) {
    const verified = await compactVerify(compact, key, { algorithms }).catch(() => undefined)
    return verified !== undefined
  }
  const jwt = decodeJwt(compact)
  const alg = String(jwt?.header.alg)
  const hash = algorithms.includes(alg) ? rsaHashes[alg] : undefined
  if (!jwt || !hash || 'crit' in jwt.header) return false
  return verify(hash, Buffer.from(jwt.signingInput), key, Buffer.from(jwt.signature, 'base64url'))
}

const isWeakRsa = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS
