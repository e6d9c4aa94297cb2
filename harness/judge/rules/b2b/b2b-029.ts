import type { Rule } from '../../rule.ts'
import { ofObject, requestorOf, textIfKnown } from '../shared/b2b-object.ts'

/** subject_role of a person who is named and has one (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-029',
  on: ['client-assertion'],
  judge: ofObject((object, message, view) => {
    const { human, name, role } = requestorOf(message, view) ?? {}
    return textIfKnown(object, 'subject_role', human && name !== undefined ? role : undefined)
  }),
}
