import type { Rule } from '../../rule.ts'
import { verifierBrought } from '../shared/pkce.ts'
import { tradingCode } from '../shared/token-flow.ts'

/** The code_verifier is that of the code_challenge (RFC 7636 4.5). */
export const rule: Rule = {
  id: 'con-x02',
  on: ['token-request'],
  judge: tradingCode(verifierBrought),
}
