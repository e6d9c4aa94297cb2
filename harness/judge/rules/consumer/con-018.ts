import type { Rule } from '../../rule.ts'
import { jtiUnique } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** jti of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-018',
  on: ['client-assertion'],
  judge: ofCode(jtiUnique),
}
