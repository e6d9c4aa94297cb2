import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { verifierSent } from '../shared/token-form.ts'

/** code_verifier in the token request (guide 4.2). */
export const rule: Rule = {
  id: 'con-010',
  on: ['token-request'],
  judge: tradingCode(verifierSent),
}
