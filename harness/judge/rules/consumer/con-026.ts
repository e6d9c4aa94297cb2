import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { codeReceived } from '../shared/token-form.ts'

/** The code is one that came from the server (guide 4.2.2). */
export const rule: Rule = {
  id: 'con-026',
  on: ['token-request'],
  judge: tradingCode(codeReceived),
}
