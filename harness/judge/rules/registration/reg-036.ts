import type { Rule } from '../../rule.ts'
import { answerOf, words } from '../../words.ts'
import { answersCancellation } from '../shared/accepted.ts'
import { placeOf } from '../shared/registered.ts'

/** A new client gets 201 and a client_id that is its own (UDAP DCR 5.1). */
export const rule: Rule = {
  id: 'reg-036',
  on: ['registration-response'],
  judge(message, view) {
    const place = placeOf(message, view)
    if (!place || place.earlier || answersCancellation(message, view)) return undefined
    const { client_id: clientId } = message.body ?? {}
    // A server that was there before the case may know the client from then.
    const isKnown = message.status === 200 && view.history.isElsewhere(message.author)
    if (message.status !== 201 && !isKnown)
      return { expected: '201 for a new registration', seen: answerOf(message.hop) }
    if (typeof clientId !== 'string' || clientId === '')
      return { expected: 'a client_id', seen: words(clientId) }
    const other = place.strangers.find((one) => one.clientId === clientId)
    if (!other) return 'met'
    return {
      expected: 'a client_id of its own',
      seen: `${words(clientId)}, which ${other.issuer} has in ${other.community}`,
    }
  },
}
