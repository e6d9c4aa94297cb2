import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { isFromProvider } from '../../tiered.ts'

/** An identity provider gives a data holder no refresh token (UDAP Tiered OAuth 4.3). */
export const rule: Rule = {
  id: 'tier-x09',
  on: ['token-response'],
  judge(message, { history }) {
    const { body, status } = message
    if (!isFromProvider(message, history) || !body || !isSuccess(status)) return undefined
    return body.refresh_token === undefined ? 'met' : { expected: 'no refresh token', seen: 'one' }
  },
}
