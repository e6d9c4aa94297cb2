import type { Rule } from '../../rule.ts'
import { ofCredentials } from '../shared/token-flow.ts'
import { scopeListed } from '../shared/token-form.ts'

/** scope of a client credentials request (guide 5.2.2.2). */
export const rule: Rule = {
  id: 'b2b-056',
  on: ['token-request'],
  judge: ofCredentials(scopeListed),
}
