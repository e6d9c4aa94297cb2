import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { codeGrant } from '../shared/token-form.ts'

/** grant_type of a token request with a code (guide 5.2.2.1). */
export const rule: Rule = {
  id: 'b2b-047',
  on: ['token-request'],
  judge: tradingCode(codeGrant),
}
