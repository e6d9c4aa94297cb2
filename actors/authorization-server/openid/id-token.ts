/** ID tokens (OpenID Connect Core 2 and 3.1.3.6; guide, Tiered OAuth 6.2; UDAP Tiered OAuth 4.3). */
import type { JsonObject } from '../../../wire/json.ts'
import { atHash } from '../../at-hash.ts'
import type { Grant } from '../authorization/grants.ts'
import { OWN_ALGORITHM } from '../own-key.ts'
import type { Server } from '../server.ts'
import { claimsAbout } from './claims.ts'

/** The client reads it at once. */
const LIFETIME_S = 300

export const ID_TOKEN_CLAIMS = [
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'auth_time', 'nonce', 'at_hash', 'acr', 'amr'],
  ...['name', 'email'],
]

/** @param accessToken that it comes with */
export function idToken(server: Server, grant: Grant, accessToken: string): Promise<string> {
  const { runtime, issuer, ownKey } = server
  const { clientId, sub, scopes, authTimeS, nonce, acr, amr } = grant
  const iat = runtime.nowS()
  const claims: JsonObject = {
    ...claimsAbout(server, sub, scopes),
    iss: issuer,
    sub,
    aud: clientId,
    exp: iat + LIFETIME_S,
    iat,
    jti: runtime.id(),
    auth_time: authTimeS,
    at_hash: atHash(OWN_ALGORITHM, accessToken),
    ...(nonce === undefined ? {} : { nonce }),
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
  }
  const signer = signerFor(server, clientId)
  if (signer) return signer.sign('id-token', claims, { kid: signer.jwk.kid })
  const draft = { header: { alg: OWN_ALGORITHM, kid: ownKey.jwk.kid }, claims }
  return runtime.make('id-token', draft, ownKey.sign)
}

/** The certificate of the community in which the client registered, if there is one of it. */
function signerFor({ role, signers, clients }: Server, clientId: string) {
  if (role === 'authorization-server') return undefined
  const community = clients.byId(clientId)?.community
  return signers.find((one) => one.community === community) ?? signers[0]
}
