/** How a sign-in at an identity provider ends when it does not succeed (guide, Tiered OAuth 6.2, 6.3). */
import { Refusal } from '../../checks.ts'

/** `invalid_idp` stands for all that `onFailure` is about; the others go to the client in any case. */
export type Outcome = 'invalid_idp' | 'server_error' | 'access_denied'

function end(error: Outcome, message: string): never {
  throw new Refusal(message, { status: 303, error })
}

/** The provider, or what it says, is not to be believed. */
export const untrusted = (message: string): never => end('invalid_idp', message)

/** Its answer belongs to no question of this browser. */
export const mixedUp = (message: string): never => end('server_error', message)

export const denied = (message: string): never => end('access_denied', message)
