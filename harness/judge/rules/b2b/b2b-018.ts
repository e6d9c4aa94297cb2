import type { Rule } from '../../rule.ts'
import { iatTrue } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** iat of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-018',
  on: ['client-assertion'],
  judge: ofAnyFlow(iatTrue),
}
