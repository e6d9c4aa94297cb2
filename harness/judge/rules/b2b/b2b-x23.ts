import type { Rule } from '../../rule.ts'
import { unexpired } from '../shared/client-assertion.ts'

/** The client assertion is sent before it expires (UDAP JWT client auth 6.3). */
export const rule: Rule = {
  id: 'b2b-x23',
  on: ['client-assertion'],
  judge: unexpired,
}
