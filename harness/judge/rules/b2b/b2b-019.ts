import type { Rule } from '../../rule.ts'
import { jtiUnique } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** jti of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-019',
  on: ['client-assertion'],
  judge: ofAnyFlow(jtiUnique),
}
