import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isListOf, isText, ofObject } from '../shared/b2b-object.ts'

/** purpose_of_use of the hl7-b2b object (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-034',
  on: ['client-assertion'],
  judge: ofObject(({ purpose_of_use }) => {
    if (isListOf(purpose_of_use, isText)) return 'met'
    return { expected: 'purpose_of_use an array of one or more codes', seen: words(purpose_of_use) }
  }),
}
