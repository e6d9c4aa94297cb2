/** `id_token_hint`: an ID token that this server gave out says of whom a client speaks (OpenID Connect Core 3.1.2.1). */
import { compactVerify, createLocalJWKSet } from 'jose'
import { isObject } from '../../../wire/json.ts'
import { ACCESS_TOKEN_TYPE } from '../../../wire/oauth.ts'
import { fromUtf8, parseJson } from '../../../wire/parse.ts'
import { keySet } from '../jwks.ts'
import { OWN_ALGORITHM } from '../own-key.ts'
import type { Server } from '../server.ts'

export interface IdTokenHint {
  sub: string
  clientId: string
}

/** Undefined when it is none of ours. One that has expired is as good: it proves nothing but who was meant. */
export async function readIdTokenHint(server: Server, text: string): Promise<IdTokenHint | undefined> {
  const keys = createLocalJWKSet(keySet(server))
  const verified = await compactVerify(text, keys, { algorithms: [OWN_ALGORITHM] }).catch(() => undefined)
  // The same key signs access tokens, which others get to see.
  if (verified?.protectedHeader.typ === ACCESS_TOKEN_TYPE) return undefined
  const claims = verified && parseJson(fromUtf8(Buffer.from(verified.payload)) ?? '')
  if (!isObject(claims) || claims.iss !== server.issuer) return undefined
  const { sub, aud } = claims
  return typeof sub === 'string' && typeof aud === 'string' ? { sub, clientId: aud } : undefined
}
