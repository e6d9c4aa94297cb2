import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { verifierSent } from '../shared/token-form.ts'

/** code_verifier in the token request (guide 5.2). */
export const rule: Rule = {
  id: 'b2b-011',
  on: ['token-request'],
  judge: tradingCode(verifierSent),
}
