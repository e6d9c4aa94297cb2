import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { assertionTypeSent } from '../shared/token-form.ts'

/** client_assertion_type of a token request (guide 5.2.2.1). */
export const rule: Rule = {
  id: 'b2b-050',
  on: ['token-request'],
  judge: tradingCode(assertionTypeSent),
}
