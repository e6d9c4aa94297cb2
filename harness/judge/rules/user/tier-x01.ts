import type { Rule } from '../../rule.ts'
import { isToProvider } from '../../tiered.ts'
import { responseTypeCode } from '../shared/authorization-request.ts'

/** At an identity provider a data holder uses the authorization code flow (UDAP Tiered OAuth 3.4). */
export const rule: Rule = {
  id: 'tier-x01',
  on: ['authorization-request'],
  judge(message, view) {
    return isToProvider(message, view.history) ? responseTypeCode(message, view) : undefined
  },
}
