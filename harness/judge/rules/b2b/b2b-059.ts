import type { Rule } from '../../rule.ts'
import { ofCredentials } from '../shared/token-flow.ts'
import { udapSent } from '../shared/token-form.ts'

/** udap in a token request (guide 5.2.2.2). */
export const rule: Rule = {
  id: 'b2b-059',
  on: ['token-request'],
  judge: ofCredentials(udapSent),
}
