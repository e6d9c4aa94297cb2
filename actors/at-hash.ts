/** Binds an ID token to the access token that comes with it (OpenID Connect Core 3.1.3.6). */
import { createHash } from 'node:crypto'

/** The left half of the hash that `alg`, of the ID token's header, is named after. */
export function atHash(alg: unknown, accessToken: string): string {
  const hash = String(alg).endsWith('384') ? 'sha384' : 'sha256'
  const digest = createHash(hash).update(accessToken).digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
