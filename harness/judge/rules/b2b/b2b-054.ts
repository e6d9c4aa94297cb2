import type { Rule } from '../../rule.ts'
import { ofCredentials } from '../shared/token-flow.ts'
import { noSecret } from '../shared/token-form.ts'

/** A token request has no Authorization header and no client_secret (guide 5.2.2.2). */
export const rule: Rule = {
  id: 'b2b-054',
  on: ['token-request'],
  judge: ofCredentials(noSecret),
}
