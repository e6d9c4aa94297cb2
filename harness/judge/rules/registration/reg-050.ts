import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { answersCancellation } from '../shared/accepted.ts'
import { placeOf } from '../shared/registered.ts'

/** A registration that is modified keeps its client_id (guide 3.4). */
export const rule: Rule = {
  id: 'reg-050',
  on: ['registration-response'],
  judge(message, view) {
    const earlier = placeOf(message, view)?.earlier
    if (!earlier || answersCancellation(message, view)) return undefined
    const clientId = message.body?.client_id
    if (clientId === earlier.clientId) return 'met'
    return { expected: `the client_id ${words(earlier.clientId)} again`, seen: words(clientId) }
  },
}
