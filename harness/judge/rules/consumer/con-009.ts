import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { wholeCodeRequest } from '../shared/token-form.ts'

/** A code is traded as RFC 6749 4.1.3 has it (guide 4.2). */
export const rule: Rule = {
  id: 'con-009',
  on: ['token-request'],
  judge: tradingCode(wholeCodeRequest),
}
