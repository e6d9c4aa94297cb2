import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { isFromProvider } from '../../tiered.ts'
import { tokenResponseFlaw } from '../shared/oidc-token-response.ts'

/** The token response of an identity provider (OpenID Connect Core 3.1.3.3). */
export const rule: Rule = {
  id: 'tier-x14',
  on: ['token-response'],
  judge(message, { history }) {
    if (!isFromProvider(message, history) || !isSuccess(message.status)) return undefined
    return tokenResponseFlaw(message) ?? 'met'
  },
}
