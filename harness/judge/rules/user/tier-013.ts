import type { Rule } from '../../rule.ts'
import { otherSignIn, outcomeOf, unusableProvider } from '../../tiered.ts'

/** The person may sign in at another provider, or at the data holder itself (guide 6.2). */
export const rule: Rule = {
  id: 'tier-013',
  on: ['authorization-request'],
  judges: 'reader',
  judge(message, { history }) {
    if (!unusableProvider(message, history)) return undefined
    if (otherSignIn(message, message, history)) return 'met'
    return outcomeOf(message, history) ? 'unused' : undefined
  },
}
