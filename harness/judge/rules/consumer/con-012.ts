import type { Rule } from '../../rule.ts'
import { headerFits } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** alg and x5c of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-012',
  on: ['client-assertion'],
  judge: ofCode(headerFits),
}
