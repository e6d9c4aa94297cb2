import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'

/** Client credentials give no refresh token (guide 5.3). */
export const rule: Rule = {
  id: 'b2b-065',
  on: ['token-response'],
  judge({ status, body, of }) {
    if (!isSuccess(status) || !body || of?.body?.grant_type !== 'client_credentials') return undefined
    if (typeof body.refresh_token !== 'string') return 'met'
    return { expected: 'no refresh token with client_credentials', seen: 'one' }
  },
}
