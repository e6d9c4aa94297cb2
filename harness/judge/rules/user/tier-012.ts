import type { Rule } from '../../rule.ts'
import { outcomeOf, unusableProvider } from '../../tiered.ts'
import { words } from '../../words.ts'

/** Who refuses because of the identity provider says invalid_idp (guide 6.2). */
export const rule: Rule = {
  id: 'tier-012',
  on: ['authorization-request'],
  judges: 'reader',
  judge(message, { history }) {
    const outcome = outcomeOf(message, history)
    if (!outcome || !unusableProvider(message, history)) return undefined
    const error = outcome.body?.error
    if (error === undefined) return 'unused'
    if (error === 'invalid_idp') return 'met'
    const expected = 'error=invalid_idp, as the identity provider could not be used'
    return { expected, seen: words(error), at: outcome }
  },
}
