/** Access tokens: JWTs (RFC 9068) signed with the server's own key, or references that only the server can read. */
import { ACCESS_TOKEN_TYPE } from '../../../wire/oauth.ts'
import type { JwtDraft } from '../../make.ts'
import type { Runtime } from '../../runtime.ts'
import type { Family } from '../authorization/grants.ts'
import { OWN_ALGORITHM, type OwnKey } from '../own-key.ts'
import { digestOf } from './digest.ts'

export type TokenClaims = JwtDraft['claims']

export interface TokenContent {
  clientId: string
  scope: string
  lifetimeS: number
  /** The person's; the client's own when left out (RFC 9068 2.2). */
  sub?: string
  /** About the person, and their launch context. */
  claims?: TokenClaims
  /** The token ends with it. */
  family?: Family | undefined
}

export interface AccessTokens {
  issue(content: TokenContent): Promise<string>
  /** What a token says; undefined when it was never issued, or has ended. */
  claimsOf(token: string): TokenClaims | undefined
  /** Ends a token before its time. */
  revoke(token: string): void
}

/** Tokens remembered at most. Beyond it the oldest are forgotten: they are the first to expire. */
const MAX_TOKENS = 200_000

export interface AccessTokenOptions {
  issuer: string
  format: 'jwt' | 'opaque'
  /** Base URLs of the FHIR servers that they are for. */
  resources: string[]
  ownKey: OwnKey
}

export function createAccessTokens(
  runtime: Runtime,
  { issuer, format, resources: audience, ownKey }: AccessTokenOptions,
): AccessTokens {
  const issued = new Map<string, { claims: TokenClaims; family: Family | undefined }>()
  const header =
    format === 'opaque' ? {} : { alg: OWN_ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid: ownKey.jwk.kid }
  const encode = (draft: JwtDraft) => (format === 'opaque' ? runtime.id() : ownKey.sign(draft))

  function forget(nowS: number): void {
    for (const [digest, { claims }] of issued) {
      if (unexpired(claims, nowS) && issued.size <= MAX_TOKENS) return
      issued.delete(digest)
    }
  }

  return {
    async issue({ clientId, scope, lifetimeS, sub = clientId, claims = {}, family }) {
      const iat = runtime.nowS()
      const draft: JwtDraft = {
        header,
        claims: {
          ...claims,
          iss: issuer,
          sub,
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
      const token = await runtime.make('access-token', draft, async (made) => {
        said = made.claims
        return encode(made)
      })
      issued.set(digestOf(token), { claims: said, family })
      forget(iat)
      return token
    },
    claimsOf(token) {
      const { claims, family } = issued.get(digestOf(token)) ?? {}
      if (!claims || !unexpired(claims, runtime.nowS())) return undefined
      return family && !family.alive() ? undefined : claims
    },
    revoke: (token) => void issued.delete(digestOf(token)),
  }
}

const unexpired = ({ exp }: TokenClaims, nowS: number) => typeof exp === 'number' && exp > nowS
