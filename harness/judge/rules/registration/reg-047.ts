import type { Rule } from '../../rule.ts'
import { staysApart } from '../shared/communities.ts'
import { placeOf } from '../shared/registered.ts'

/** A modification changes the registration of its own community only (guide 3.4). */
export const rule: Rule = {
  id: 'reg-047',
  on: ['registration-response'],
  judge: (message, view) => (placeOf(message, view)?.earlier ? staysApart(message, view) : undefined),
}
