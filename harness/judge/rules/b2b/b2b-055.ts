import type { Rule } from '../../rule.ts'
import { ofCredentials } from '../shared/token-flow.ts'
import { credentialsGrant } from '../shared/token-form.ts'

/** grant_type of a client credentials request (guide 5.2.2.2). */
export const rule: Rule = {
  id: 'b2b-055',
  on: ['token-request'],
  judge: ofCredentials(credentialsGrant),
}
