import type { Rule } from '../../rule.ts'
import { isFromProvider, letIn } from '../../tiered.ts'
import { unbelievable } from '../shared/id-token.ts'

/** A data holder lets nobody in by an ID token that is not valid (guide 6.2; OpenID Connect Core 3.1.3.5, 3.1.3.7). */
export const rule: Rule = {
  id: 'tier-025',
  on: ['id-token'],
  judges: 'reader',
  judge(message, { history }) {
    const flaw = isFromProvider(message, history) ? unbelievable(message, history) : undefined
    if (flaw === undefined) return undefined
    const at = letIn(message, history)
    return at ? { expected: `an ID token ${flaw} to be refused`, seen: 'a code for the client', at } : 'met'
  },
}
