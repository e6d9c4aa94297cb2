import type { Rule } from '../../rule.ts'
import { refreshing } from '../shared/token-flow.ts'
import { assertionSent } from '../shared/token-form.ts'

/** A refresh request has a client assertion, too (guide 4.3). */
export const rule: Rule = {
  id: 'con-036',
  on: ['token-request'],
  judge: refreshing(assertionSent),
}
