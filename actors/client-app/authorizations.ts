/** The authorization requests of one client app, and what came back to its redirect URI. */
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
const MAX = 1000

export function createAuthorizations(): Authorizations {
  const byState = new Map<string, Authorization>()
  const newestFirst = () => [...byState.values()].reverse()
  return {
    begin(authorization) {
      const { state } = authorization
      byState.delete(state)
      byState.set(state, authorization)
      const [oldest] = byState.keys()
      if (byState.size > MAX && oldest !== undefined) byState.delete(oldest)
    },
    byState: (state) => byState.get(state),
    byCode: (code) => newestFirst().find(({ answer }) => answer && 'code' in answer && answer.code === code),
    waiting: () => newestFirst().find(({ answered }) => !answered),
    latest: () => newestFirst()[0],
  }
}
