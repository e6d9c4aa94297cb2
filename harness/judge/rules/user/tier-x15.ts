import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { isFromProvider, letIn } from '../../tiered.ts'
import { tokenResponseFlaw } from '../shared/oidc-token-response.ts'

/** A data holder validates the token response before it believes it (OpenID Connect Core 3.1.3.5). */
export const rule: Rule = {
  id: 'tier-x15',
  on: ['token-response'],
  judges: 'reader',
  judge(message, { history }) {
    if (!isFromProvider(message, history) || !isSuccess(message.status)) return undefined
    const flaw = tokenResponseFlaw(message)
    if (!flaw) return undefined
    const at = letIn(message, history)
    const expected = `a token response with ${flaw.seen} instead of ${flaw.expected} not to be believed`
    return at ? { expected, seen: 'a code for the client', at } : 'met'
  },
}
