import type { Rule } from '../../rule.ts'
import { ofCredentials } from '../shared/token-flow.ts'
import { assertionSent } from '../shared/token-form.ts'

/** client_assertion of a token request (guide 5.2.2.2). */
export const rule: Rule = {
  id: 'b2b-058',
  on: ['token-request'],
  judge: ofCredentials(assertionSent),
}
