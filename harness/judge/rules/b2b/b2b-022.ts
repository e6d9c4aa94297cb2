import type { Rule } from '../../rule.ts'
import { lifetimeShort } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** The lifetime of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-022',
  on: ['client-assertion'],
  judge: ofAnyFlow(lifetimeShort),
}
