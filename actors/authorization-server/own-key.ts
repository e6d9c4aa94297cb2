/** The server's own key: no certificate says whose it is, the server's key set does (RFC 7517 5). */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import type { Context } from '../actor.ts'
import { signJwt } from '../jws.ts'
import type { JwtDraft } from '../make.ts'

export const OWN_ALGORITHM = 'RS256'

export interface OwnKey {
  /** The public one. */
  jwk: JWK & { kid: string }
  sign(draft: JwtDraft): Promise<string>
}

/** @throws when the actor was lent no key */
export async function createOwnKey({ name, keys }: Context): Promise<OwnKey> {
  const pem = keys[0]
  if (!pem) throw new Error(`${name} signs access tokens, but was lent no key.`)
  const key = createPrivateKey(pem)
  const jwk = await exportJWK(createPublicKey(key))
  const kid = await calculateJwkThumbprint(jwk)
  return {
    jwk: { ...jwk, kid, alg: OWN_ALGORITHM, use: 'sig' },
    sign: (draft) => signJwt(draft, key),
  }
}
