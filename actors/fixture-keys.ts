/** For tests: private keys, and JWTs signed with them. */
import { createPrivateKey } from 'node:crypto'
import { CompactSign } from 'jose'
import { generateKey, type KeyAlgorithm } from '../certs/keys.ts'

const kept = new Map<string, Promise<string>>()

/** PEM PKCS#8. One a use for the whole test file: an RSA key takes up to 200 ms. */
export function keyFor(use: string, algorithm: KeyAlgorithm = 'rsa-2048'): Promise<string> {
  const key = kept.get(use) ?? generateKey(algorithm)
  kept.set(use, key)
  return key
}

/** @param key PEM; a header parameter or claim `undefined` is left out */
export function signJwt(key: string, header: Record<string, unknown>, claims: object): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', ...header })
    .sign(createPrivateKey(key))
}
