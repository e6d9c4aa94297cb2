import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { assertionTypeSent } from '../shared/token-form.ts'

/** client_assertion_type of a token request (guide 4.2.2). */
export const rule: Rule = {
  id: 'con-028',
  on: ['token-request'],
  judge: tradingCode(assertionTypeSent),
}
