/** Access tokens are JWTs (RFC 9068), signed with the server's own key, whose public half is in its JWKS. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose'
import { ACCESS_TOKEN_TYPE } from '../../wire/oauth.ts'
import type { Context } from '../actor.ts'
import type { JwtDraft } from '../make.ts'
import type { Runtime } from '../runtime.ts'

export interface AccessTokens {
  /** JSON Web Key Set of the public key. */
  jwks: { keys: JWK[] }
  issue(clientId: string, scope: string, lifetimeS: number): Promise<string>
}

const ALGORITHM = 'RS256'

export async function createAccessTokens(runtime: Runtime): Promise<AccessTokens> {
  const { context } = runtime
  const pem = context.keys[0]
  if (!pem) throw new Error(`${context.name} signs access tokens, but was lent no key.`)
  const key = createPrivateKey(pem)
  const jwk = await exportJWK(createPublicKey(key))
  const kid = await calculateJwkThumbprint(jwk)
  const audience = resourceServers(context)
  const sign = ({ header, claims }: JwtDraft) =>
    new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(key)
  return {
    jwks: { keys: [{ ...jwk, kid, alg: ALGORITHM, use: 'sig' }] },
    issue(clientId, scope, lifetimeS) {
      const iat = runtime.nowS()
      const draft: JwtDraft = {
        header: { alg: ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid },
        claims: {
          iss: context.url,
          sub: clientId,
          aud: audience,
          client_id: clientId,
          scope,
          iat,
          exp: iat + lifetimeS,
          jti: runtime.id(),
        },
      }
      return runtime.make('access-token', draft, sign)
    },
  }
}

/** `aud`: every resource server that takes its tokens from here. RFC 9068 2.2 requires one, so else the issuer. */
function resourceServers({ name, url, peers }: Context): string | string[] {
  const urls = Object.values(peers)
    .filter((peer) => peer.kind === 'resource-server' && peer.links.tokensFrom === name)
    .map((peer) => peer.url)
  return urls.length > 1 ? urls : (urls[0] ?? url)
}
