import type { Rule } from '../../rule.ts'
import { ofObject, requestorOf, textIfKnown } from '../shared/b2b-object.ts'

/** subject_id of a person who is named and has one (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-027',
  on: ['client-assertion'],
  judge: ofObject((object, message, view) => {
    const { human, name, id } = requestorOf(message, view) ?? {}
    return textIfKnown(object, 'subject_id', human && name !== undefined ? id : undefined)
  }),
}
