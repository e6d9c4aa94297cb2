/** Access tokens: JWTs (RFC 9068) signed with the server's own key, or references that only the server can read. */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose'
import { ACCESS_TOKEN_TYPE } from '../../../wire/oauth.ts'
import type { JwtDraft } from '../../make.ts'
import type { Runtime } from '../../runtime.ts'

export type TokenClaims = JwtDraft['claims']

export interface AccessTokens {
  /** JSON Web Key Set of the public key. */
  jwks: { keys: JWK[] }
  issue(clientId: string, scope: string, lifetimeS: number): Promise<string>
  /** What a token says; undefined when it was never issued, or has ended. */
  claimsOf(token: string): TokenClaims | undefined
  /** Ends a token before its time. */
  revoke(token: string): void
}

const ALGORITHM = 'RS256'
/** Tokens remembered at most. Beyond it the oldest are forgotten: they are the first to expire. */
const MAX_TOKENS = 200_000

export interface AccessTokenOptions {
  issuer: string
  format: 'jwt' | 'opaque'
  /** Base URLs of the FHIR servers that they are for. */
  resources: string[]
}

export async function createAccessTokens(
  runtime: Runtime,
  { issuer, format, resources: audience }: AccessTokenOptions,
): Promise<AccessTokens> {
  const { context } = runtime
  const pem = context.keys[0]
  if (!pem) throw new Error(`${context.name} signs access tokens, but was lent no key.`)
  const key = createPrivateKey(pem)
  const jwk = await exportJWK(createPublicKey(key))
  const kid = await calculateJwkThumbprint(jwk)
  const issued = new Map<string, TokenClaims>()

  const encode = ({ header, claims }: JwtDraft) =>
    format === 'opaque'
      ? runtime.id()
      : new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(key)

  function forget(nowS: number): void {
    for (const [digest, { exp }] of issued) {
      if (alive(exp, nowS) && issued.size <= MAX_TOKENS) return
      issued.delete(digest)
    }
  }

  return {
    jwks: { keys: [{ ...jwk, kid, alg: ALGORITHM, use: 'sig' }] },
    async issue(clientId, scope, lifetimeS) {
      const iat = runtime.nowS()
      const draft: JwtDraft = {
        header: format === 'opaque' ? {} : { alg: ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid },
        claims: {
          iss: issuer,
          sub: clientId,
          // RFC 9068 2.2 requires one, so without a resource server it is the issuer.
          aud: audience.length > 1 ? audience : (audience[0] ?? issuer),
          client_id: clientId,
          scope,
          iat,
          exp: iat + lifetimeS,
          jti: runtime.id(),
        },
      }
      let said = draft.claims
      const token = await runtime.make('access-token', draft, (made) => {
        said = made.claims
        return encode(made)
      })
      issued.set(digestOf(token), said)
      forget(iat)
      return token
    },
    claimsOf(token) {
      const claims = issued.get(digestOf(token))
      return claims && alive(claims.exp, runtime.nowS()) ? claims : undefined
    },
    revoke: (token) => void issued.delete(digestOf(token)),
  }
}

const alive = (exp: unknown, nowS: number) => typeof exp === 'number' && exp > nowS

/** What is remembered of a token is not the token. */
const digestOf = (token: string) => createHash('sha256').update(token).digest('base64')
