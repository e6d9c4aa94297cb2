import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { codeReceived } from '../shared/token-form.ts'

/** The code is one that came from the server (guide 5.2.2.1). */
export const rule: Rule = {
  id: 'b2b-048',
  on: ['token-request'],
  judge: tradingCode(codeReceived),
}
