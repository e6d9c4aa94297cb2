import type { Rule } from '../../rule.ts'
import { noExtensions } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** No extensions with a code (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-021',
  on: ['client-assertion'],
  judge: ofCode(noExtensions),
}
