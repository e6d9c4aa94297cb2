import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { codeGrant } from '../shared/token-form.ts'

/** grant_type of a token request with a code (guide 4.2.2). */
export const rule: Rule = {
  id: 'con-025',
  on: ['token-request'],
  judge: tradingCode(codeGrant),
}
