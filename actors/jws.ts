/**
 * JWS compact serialization by jose. It refuses RSA keys below 2048 bits without a word about the certificate;
 * with these node:crypto signs and verifies, so that it is the chain's validation that refuses them, and says why.
 * It signs no crit header that it does not know, either; a fault has one.
 */
import { type KeyObject, sign, verify } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { decodeJwt } from '../wire/jwt.ts'
import type { JwtDraft } from './make.ts'

const MIN_RSA_BITS = 2048
const hashes: Record<string, string> = { RS256: 'sha256', ES256: 'sha256', RS384: 'sha384', ES384: 'sha384' }

/** @throws when the alg of the header does not fit the key */
export async function signJwt({ header, claims, payload }: JwtDraft, key: KeyObject): Promise<string> {
  const hash = hashes[String(header.alg)]
  const bytes = Buffer.from(payload ?? JSON.stringify(claims))
  if (!hash || !(isWeakRsa(key) || 'crit' in header)) {
    return new CompactSign(bytes).setProtectedHeader(header as { alg: string }).sign(key)
  }
  const input = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${bytes.toString('base64url')}`
  const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** Only the signature: claims are looked at by checks that can be skipped one by one. */
export async function isSignedBy(compact: string, key: KeyObject, algorithms: string[]): Promise<boolean> {
  if (!isWeakRsa(key)) {
    const verified = await compactVerify(compact, key, { algorithms }).catch(() => undefined)
    return verified !== undefined
  }
  const jwt = decodeJwt(compact)
  const alg = jwt?.header.alg
  const hash = typeof alg === 'string' && algorithms.includes(alg) ? hashes[alg] : undefined
  if (!jwt || !hash || 'crit' in jwt.header) return false
  return verify(hash, Buffer.from(jwt.signingInput), key, Buffer.from(jwt.signature, 'base64url'))
}

/** The algorithms that a key may be used with: a JWT's own header never decides that. */
export function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string[] {
  if (asymmetricKeyType === 'rsa') return ['RS256', 'RS384']
  if (asymmetricKeyType !== 'ec') return []
  const byCurve: Record<string, string[]> = { prime256v1: ['ES256'], secp384r1: ['ES384'] }
  return byCurve[asymmetricKeyDetails?.namedCurve ?? ''] ?? []
}

export const isWeakRsa = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS
