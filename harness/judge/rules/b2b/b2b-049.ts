import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { redirectUriAsBefore } from '../shared/token-form.ts'

/** redirect_uri is as in the authorization request (guide 5.2.2.1). */
export const rule: Rule = {
  id: 'b2b-049',
  on: ['token-request'],
  judge: tradingCode(redirectUriAsBefore),
}
