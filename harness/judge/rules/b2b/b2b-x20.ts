import type { Rule } from '../../rule.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'
import { noAuthorizationHeader } from '../shared/token-form.ts'

/** No Authorization header, whatever the grant of the guide (UDAP JWT client auth 5). */
export const rule: Rule = {
  id: 'b2b-x20',
  on: ['token-request'],
  judge: ofAnyFlow(noAuthorizationHeader),
}
