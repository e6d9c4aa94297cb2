import type { Rule } from '../../rule.ts'
import { isToProvider } from '../../tiered.ts'
import { isSent } from '../shared/authorization-request.ts'

/** A nonce ties the ID token to the request (UDAP Tiered OAuth 3.4). */
export const rule: Rule = {
  id: 'tier-x07',
  on: ['authorization-request'],
  judge(message, { history }) {
    if (!isToProvider(message, history)) return undefined
    return isSent(message.body, 'nonce') ? 'met' : { expected: 'nonce', seen: 'no nonce' }
  },
}
