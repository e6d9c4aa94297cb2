import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { udapSent } from '../shared/token-form.ts'

/** udap in a token request (guide 5.2.2.1). */
export const rule: Rule = {
  id: 'b2b-052',
  on: ['token-request'],
  judge: tradingCode(udapSent),
}
