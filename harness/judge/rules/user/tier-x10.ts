import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { isFromProvider } from '../../tiered.ts'

const LONGEST_S = 300

/** The access token of an identity provider is for immediate use: five minutes (UDAP Tiered OAuth 4.3). */
export const rule: Rule = {
  id: 'tier-x10',
  on: ['token-response'],
  judge(message, { history }) {
    const { body, status } = message
    if (!isFromProvider(message, history) || !isSuccess(status)) return undefined
    // RFC 6749 5.1: a server that leaves it out says elsewhere how long the token lives.
    if (typeof body?.expires_in !== 'number') return undefined
    if (body.expires_in <= LONGEST_S) return 'met'
    return { expected: `an access token for at most ${LONGEST_S} s`, seen: `expires_in ${body.expires_in}` }
  },
}
