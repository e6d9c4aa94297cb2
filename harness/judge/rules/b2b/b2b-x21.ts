import type { Rule } from '../../rule.ts'
import { clientIdAsSubject } from '../shared/token-form.ts'

/** client_id equals sub (UDAP JWT client auth 5). */
export const rule: Rule = {
  id: 'b2b-x21',
  on: ['token-request'],
  judge: clientIdAsSubject,
}
