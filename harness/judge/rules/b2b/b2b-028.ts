import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { ofObject, requestorOf } from '../shared/b2b-object.ts'

/** No subject_id of somebody who has none, or is no person (guide 5.2.1.1). */
export const rule: Rule = {
  id: 'b2b-028',
  on: ['client-assertion'],
  judge: ofObject((object, message, view) => {
    const requestor = requestorOf(message, view)
    if (!requestor || (requestor.human && requestor.id !== undefined)) return undefined
    if (!Object.hasOwn(object, 'subject_id')) return 'met'
    const whose = requestor.human ? 'a person who has none' : 'a requestor that is no person'
    return { expected: `no subject_id of ${whose}`, seen: words(object.subject_id) }
  }),
}
