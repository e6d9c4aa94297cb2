import type { Rule } from '../../rule.ts'
import { headerFits } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** alg and x5c of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-013',
  on: ['client-assertion'],
  judge: ofAnyFlow(headerFits),
}
