import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { assertionSent } from '../shared/token-form.ts'

/** client_assertion of a token request (guide 5.2.2.1). */
export const rule: Rule = {
  id: 'b2b-051',
  on: ['token-request'],
  judge: tradingCode(assertionSent),
}
