import type { Rule } from '../../rule.ts'
import { objectThere } from '../shared/b2b-object.ts'
import { ofCredentials } from '../shared/token-flow.ts'

/** The hl7-b2b object is in each client credentials request (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-020',
  on: ['client-assertion'],
  judge: ofCredentials(objectThere),
}
