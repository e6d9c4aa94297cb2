import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { assertionSent } from '../shared/token-form.ts'

/** client_assertion of a token request (guide 4.2.2). */
export const rule: Rule = {
  id: 'con-029',
  on: ['token-request'],
  judge: tradingCode(assertionSent),
}
