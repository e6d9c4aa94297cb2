import type { Rule } from '../../rule.ts'
import { asksForProvider, isToHolder } from '../../tiered.ts'

/** Any authorization code client may ask for it (guide 6). */
export const rule: Rule = {
  id: 'tier-001',
  on: ['authorization-request'],
  judge(message, { history }) {
    if (!isToHolder(message, history)) return undefined
    return asksForProvider(message) ? 'met' : 'unused'
  },
}
