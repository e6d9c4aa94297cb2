import type { Rule } from '../../rule.ts'
import { issuerIsClient } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** iss of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-014',
  on: ['client-assertion'],
  judge: ofAnyFlow(issuerIsClient),
}
