import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { redirectUriAsBefore } from '../shared/token-form.ts'

/** redirect_uri is as in the authorization request (guide 4.2.2). */
export const rule: Rule = {
  id: 'con-027',
  on: ['token-request'],
  judge: tradingCode(redirectUriAsBefore),
}
