import type { Rule } from '../../rule.ts'
import { expWhole } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** exp of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-017',
  on: ['client-assertion'],
  judge: ofAnyFlow(expWhole),
}
