/**
 * What persons allowed clients to do. Authorization codes and refresh tokens stand for it. Codes live for a minute: a
 * server that is started again knows none of before.
 */
import { randomUUID } from 'node:crypto'
import { Bounded } from '../../bounded.ts'
import { Kept } from '../../kept.ts'
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
  id: string
  grant: Grant
  /** Until it is ended, and as long as its client stays registered as it was. */
  alive(): boolean
  end(): void
  /** A token of it lives until then (NumericDate): so long it is remembered. */
  keepUntil(expiresS: number): void
}

/** An authorization code: good once. */
export interface IssuedCode {
  family: Family
  /** NumericDate. */
  expiresS: number
  used: boolean
  binding: CodeBinding
}

/** A refresh token: good once, too. */
export interface IssuedRefreshToken {
  family: Family
  /** NumericDate. */
  expiresS: number
  /** @returns false when it was used before */
  use(): boolean
}

export interface Grants {
  /** @returns a code that is good once, for a minute */
  issueCode(grant: Grant, binding: CodeBinding): string
  /** Used and expired ones too. */
  codeOf(code: string): IssuedCode | undefined
  issueRefreshToken(family: Family): string
  /** Used and expired ones too. */
  refreshTokenOf(token: string): IssuedRefreshToken | undefined
  /** Undefined when nothing of it is good any more. */
  family(id: string): Family | undefined
}

const CODE_LIFETIME_S = 60
const REFRESH_TOKEN_LIFETIME_S = 90 * 86_400
/** Codes remembered at most, refresh tokens, and families. */
const MOST = 100_000

interface KeptFamily {
  grant: Grant
  /** Of the registration that it was allowed to; null where there was none. */
  revision: number | null
  ended: boolean
  expiresS: number
}

interface KeptRefreshToken {
  family: string
  expiresS: number
  used: boolean
}

export function createGrants({ id: newSecret, nowS, host }: Runtime, clients: Clients): Grants {
  const codes = new Bounded<IssuedCode>(MOST)
  const refreshTokens = new Kept<KeptRefreshToken>(host.state, 'refresh-token', MOST)
  const families = new Kept<KeptFamily>(host.state, 'family', MOST)
  const revisionOf = (grant: Grant) => clients.byId(grant.clientId)?.revision ?? null
  const isOver = ({ expiresS }: { expiresS: number }) => expiresS <= nowS()

  function familyOf(id: string, kept: KeptFamily): Family {
    const { grant } = kept
    return {
      id,
      grant,
      // A registration that is modified is another one: what was allowed to the one before ends with it.
      alive: () => !kept.ended && revisionOf(grant) === kept.revision,
      end: () => {
        kept.ended = true
        if (families.get(id)) families.set(id, kept)
      },
      keepUntil: (expiresS) => {
        if (expiresS <= kept.expiresS) return
        kept.expiresS = expiresS
        families.set(id, kept)
        families.forget(isOver)
      },
    }
  }

  const known = (id: string): Family | undefined => {
    const kept = families.get(id)
    return kept && familyOf(id, kept)
  }

  return {
    issueCode(grant, binding) {
      const code = newSecret()
      const kept = { grant, revision: revisionOf(grant), ended: false, expiresS: 0 }
      const family = familyOf(randomUUID(), kept)
      codes.set(digestOf(code), { family, binding, expiresS: nowS() + CODE_LIFETIME_S, used: false })
      return code
    },
    codeOf: (code) => codes.get(digestOf(code)),
    issueRefreshToken(family) {
      const token = newSecret()
      const expiresS = nowS() + REFRESH_TOKEN_LIFETIME_S
      refreshTokens.together(() => {
        family.keepUntil(expiresS)
        refreshTokens.set(digestOf(token), { family: family.id, expiresS, used: false })
        refreshTokens.forget(isOver)
      })
      return token
    },
    refreshTokenOf(token) {
      const digest = digestOf(token)
      const kept = refreshTokens.get(digest)
      const family = kept && known(kept.family)
      if (!kept || !family) return undefined
      const use = () => {
        const unused = refreshTokens.get(digest)?.used === false
        if (unused) refreshTokens.set(digest, { ...kept, used: true })
        return unused
      }
      return { family, expiresS: kept.expiresS, use }
    },
    family: known,
  }
}
