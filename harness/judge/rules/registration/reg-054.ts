import type { Rule } from '../../rule.ts'
import { answerOf } from '../../words.ts'
import { answersCancellation } from '../shared/accepted.ts'
import { placeOf } from '../shared/registered.ts'

/** A modification that keeps the client_id is answered with 200 (guide 3.4). */
export const rule: Rule = {
  id: 'reg-054',
  on: ['registration-response'],
  judge(message, view) {
    const earlier = placeOf(message, view)?.earlier
    if (earlier?.clientId !== message.body?.client_id || !earlier) return undefined
    if (answersCancellation(message, view)) return undefined
    return message.status === 200
      ? 'met'
      : { expected: '200 for a modification', seen: answerOf(message.hop) }
  },
}
