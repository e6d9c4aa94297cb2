import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { verifierWellFormed } from '../shared/token-form.ts'

/** What a code_verifier may look like (RFC 7636 4.1). */
export const rule: Rule = {
  id: 'con-x01',
  on: ['token-request'],
  judge: tradingCode(verifierWellFormed),
}
