import type { Rule } from '../../rule.ts'
import { ofCredentials } from '../shared/token-flow.ts'
import { wholeCredentialsRequest } from '../shared/token-form.ts'

/** A client credentials request as RFC 6749 4.4.2 has it (guide 5). */
export const rule: Rule = {
  id: 'b2b-002',
  on: ['token-request'],
  judge: ofCredentials(wholeCredentialsRequest),
}
