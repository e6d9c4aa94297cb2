/** What persons allowed clients to do. Authorization codes and refresh tokens stand for it. */
import { Bounded } from '../../bounded.ts'
import type { Runtime } from '../../runtime.ts'
import type { Clients } from '../clients.ts'
import { digestOf } from '../token/digest.ts'

/** What one person allowed one client. */
export interface Grant {
  clientId: string
  scopes: string[]
  /** Subject of the person at this server. */
  sub: string
  authTimeS: number
  acr: string | undefined
  amr: string[] | undefined
  nonce: string | undefined
  /** Launch context, as it goes into the token response (SMART App Launch, "Scopes and Launch Context"): patient, encounter, … */
  context: Record<string, string | boolean>
}

/** To what an authorization code is bound, beside its grant. */
export interface CodeBinding {
  /** Undefined when the authorization request had none. */
  redirectUri: string | undefined
  /** S256; undefined when the authorization request had none. */
  codeChallenge: string | undefined
}

/** A grant with all that came of it: its code, access tokens and refresh tokens. They end together. */
export interface Family {
  grant: Grant
  /** Until it is ended, and as long as its client stays registered as it was. */
  alive(): boolean
  end(): void
}

/** An authorization code or a refresh token: each is good once. */
export interface Issued {
  family: Family
  /** NumericDate. */
  expiresS: number
  used: boolean
}

export interface IssuedCode extends Issued {
  binding: CodeBinding
}

export interface Grants {
  /** @returns a code that is good once, for a minute */
  issueCode(grant: Grant, binding: CodeBinding): string
  /** Used and expired ones too. */
  codeOf(code: string): IssuedCode | undefined
  issueRefreshToken(family: Family): string
  /** Used and expired ones too. */
  refreshTokenOf(token: string): Issued | undefined
}

const CODE_LIFETIME_S = 60
const REFRESH_TOKEN_LIFETIME_S = 90 * 86_400
/** Codes remembered at most, and refresh tokens. */
const MOST = 100_000

export function createGrants({ id, nowS }: Runtime, clients: Clients): Grants {
  const codes = new Bounded<IssuedCode>(MOST)
  const refreshTokens = new Bounded<Issued>(MOST)

  function remember<One>(all: Bounded<One>, one: One): string {
    const secret = id()
    all.set(digestOf(secret), one)
    return secret
  }

  function familyOf(grant: Grant): Family {
    const registered = clients.byId(grant.clientId)
    let ended = false
    return {
      grant,
      // A registration that is modified is another one: what was allowed to the one before ends with it.
      alive: () => !ended && clients.byId(grant.clientId) === registered,
      end: () => {
        ended = true
      },
    }
  }

  return {
    issueCode: (grant, binding) =>
      remember(codes, {
        family: familyOf(grant),
        binding,
        expiresS: nowS() + CODE_LIFETIME_S,
        used: false,
      }),
    codeOf: (code) => codes.get(digestOf(code)),
    issueRefreshToken: (family) =>
      remember(refreshTokens, { family, expiresS: nowS() + REFRESH_TOKEN_LIFETIME_S, used: false }),
    refreshTokenOf: (token) => refreshTokens.get(digestOf(token)),
  }
}
