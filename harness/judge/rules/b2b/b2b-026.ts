import type { Rule } from '../../rule.ts'
import { ofObject, requestorOf, textIfKnown } from '../shared/b2b-object.ts'

/** subject_name, when the name of the requestor is known (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-026',
  on: ['client-assertion'],
  judge: ofObject((object, message, view) => {
    return textIfKnown(object, 'subject_name', requestorOf(message, view)?.name)
  }),
}
