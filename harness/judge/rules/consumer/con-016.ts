import type { Rule } from '../../rule.ts'
import { expWhole } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** exp of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-016',
  on: ['client-assertion'],
  judge: ofCode(expWhole),
}
