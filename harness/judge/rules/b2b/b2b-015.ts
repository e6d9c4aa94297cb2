import type { Rule } from '../../rule.ts'
import { subjectIsClient } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** sub of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-015',
  on: ['client-assertion'],
  judge: ofAnyFlow(subjectIsClient),
}
