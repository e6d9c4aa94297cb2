import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { udapSent } from '../shared/token-form.ts'

/** udap in a token request (guide 4.2.2). */
export const rule: Rule = {
  id: 'con-030',
  on: ['token-request'],
  judge: tradingCode(udapSent),
}
