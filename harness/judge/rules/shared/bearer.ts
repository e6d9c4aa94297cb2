/** Access tokens as RFC 6750 has them used. */
import { bearerToken } from '../../../../wire/oauth.ts'
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { words } from '../../words.ts'
import { headerOf } from './authorization-response.ts'

/** In the Authorization header (2.1). */
export function tokenInHeader({ hop }: Message): string | undefined {
  return bearerToken(hop.request?.headers.authorization ?? '')
}

/** In a form or in the query (2.2, 2.3). */
export const tokenElsewhere = ({ body }: Message): boolean => typeof body?.access_token === 'string'

const attribute = (challenge: string, name: string) =>
  new RegExp(`\\b${name}="?([^",]*)`, 'i').exec(challenge)?.[1]

/** The challenge, by scheme Bearer with at least one attribute (3). */
export function bearerChallenge(message: Message): string | undefined {
  const found = /(?:^|,)\s*(Bearer\s+[\w-]+\s*=.*)$/i.exec(headerOf(message, 'www-authenticate') ?? '')
  return found?.[1]
}

/** Whoever is not let in is told how to come in. */
export function challenged(message: Message): Finding | undefined {
  if (message.status !== 401) return undefined
  if (bearerChallenge(message)) return 'met'
  const expected = 'WWW-Authenticate with scheme Bearer and a parameter, beside 401'
  return { expected, seen: words(headerOf(message, 'www-authenticate')) }
}

/** Status of each code (3.1). */
const statuses: Record<string, number> = { invalid_request: 400, invalid_token: 401, insufficient_scope: 403 }

/** A token that is refused is refused with a code that fits the status. */
export function errorFits(message: Message): Finding | undefined {
  const { of, status } = message
  if (!of || tokenInHeader(of) === undefined || (status !== 401 && status !== 403)) return undefined
  const challenge = bearerChallenge(message)
  if (challenge === undefined) return undefined
  const error = attribute(challenge, 'error')
  // 403 may be said for other reasons, of which the token is none.
  if (error === undefined)
    return status === 401 ? { expected: 'an error in WWW-Authenticate', seen: 'none' } : undefined
  const fits = statuses[error]
  if (fits === undefined || fits === status) return 'met'
  return { expected: `${fits} with error=${error}`, seen: String(status) }
}

/** Who showed nothing has done nothing wrong yet. */
export function noErrorUnasked(message: Message): Finding | undefined {
  const { of, status } = message
  if (!of || status !== 401 || of.hop.request?.headers.authorization !== undefined || tokenElsewhere(of))
    return undefined
  const error = attribute(bearerChallenge(message) ?? '', 'error')
  return error === undefined
    ? 'met'
    : { expected: 'no error where no token was shown', seen: `error=${words(error)}` }
}
