/** The authorization requests of one client app, and what came back to its redirect URI. */
import { Bounded } from '../bounded.ts'
import type { Refusal } from '../checks.ts'
import type { Target } from './client.ts'

/** One authorization request; what the scenario left out of it is undefined. */
export interface Authorization {
  target: Target
  scope: string
  redirectUri: string | undefined
  state: string
  nonce: string | undefined
  codeVerifier: string | undefined
  /** When the person must have signed in at the earliest, as a NumericDate (max_age). */
  notBeforeS: number | undefined
  /** Has an answer come with its state? Then no other one is believed. */
  answered: boolean
  answer?: { code: string } | { refused: Refusal }
  /** Was its code sent to the token endpoint? */
  spent: boolean
}

export interface Authorizations {
  begin(authorization: Authorization): void
  byState(state: string): Authorization | undefined
  /** The one that this code came for. */
  byCode(code: string): Authorization | undefined
  /** Begun last, of those that wait for an answer. */
  waiting(): Authorization | undefined
  /** Begun last. */
  latest(): Authorization | undefined
}

/** Whoever opens the launch URL begins one: there is an end to how many are remembered. */
const MOST = 1000

export function createAuthorizations(): Authorizations {
  const byState = new Bounded<Authorization>(MOST)
  return {
    begin: (authorization) => byState.set(authorization.state, authorization),
    byState: (state) => byState.get(state),
    byCode: (code) =>
      byState.newestFirst().find(({ answer }) => answer && 'code' in answer && answer.code === code),
    waiting: () => byState.newestFirst().find(({ answered }) => !answered),
    latest: () => byState.newestFirst()[0],
  }
}
