/** Access tokens: JWTs (RFC 9068) signed with the server's own key, or references that only the server can read. */
import type { JsonObject } from '../../../wire/json.ts'
import { ACCESS_TOKEN_TYPE } from '../../../wire/oauth.ts'
import { Kept } from '../../kept.ts'
import type { JwtDraft } from '../../make.ts'
import type { Runtime } from '../../runtime.ts'
import type { Family, Grants } from '../authorization/grants.ts'
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
  /** The extension objects that were asserted for it: its context (guide 5.2.4). */
  asserted?: JsonObject | undefined
}

export interface AccessTokens {
  issue(content: TokenContent): Promise<string>
  /** What a token says; undefined when it was never issued, or has ended. */
  claimsOf(token: string): TokenClaims | undefined
  /** The context that was asserted for it. */
  assertedOf(token: string): JsonObject | undefined
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
  /** Who knows of families by their ids. */
  grants: Pick<Grants, 'family'>
}

interface KeptToken {
  claims: TokenClaims
  /** Id of its family. */
  family?: string
  asserted?: JsonObject
}

export function createAccessTokens(
  runtime: Runtime,
  { issuer, format, resources: audience, ownKey, grants }: AccessTokenOptions,
): AccessTokens {
  const issued = new Kept<KeptToken>(runtime.host.state, 'access-token', MAX_TOKENS)
  const header =
    format === 'opaque' ? {} : { alg: OWN_ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid: ownKey.jwk.kid }
  const encode = (draft: JwtDraft) => (format === 'opaque' ? runtime.id() : ownKey.sign(draft))

  return {
    async issue({ clientId, scope, lifetimeS, sub = clientId, claims = {}, family, asserted }) {
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
      issued.together(() => {
        family?.keepUntil(iat + lifetimeS)
        issued.set(digestOf(token), {
          claims: said,
          ...(family && { family: family.id }),
          ...(asserted && { asserted }),
        })
        issued.forget((one) => !unexpired(one.claims, iat))
      })
      return token
    },
    claimsOf(token) {
      const { claims, family } = issued.get(digestOf(token)) ?? {}
      if (!claims || !unexpired(claims, runtime.nowS())) return undefined
      return family !== undefined && !grants.family(family)?.alive() ? undefined : claims
    },
    assertedOf: (token) => issued.get(digestOf(token))?.asserted,
    revoke: (token) => void issued.delete(digestOf(token)),
  }
}

const unexpired = ({ exp }: TokenClaims, nowS: number) => typeof exp === 'number' && exp > nowS
