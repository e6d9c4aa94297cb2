import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { answerOf, words } from '../../words.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'
import { cancels } from '../shared/client-id.ts'
import { isFlawless } from '../shared/flawless.ts'
import { ownerOf, registeredBefore } from '../shared/registered.ts'

/** An empty list of grants from a registered client cancels its registration (guide 3.4). */
export const rule: Rule = {
  id: 'reg-052',
  on: ['registration-response'],
  judge(message, view) {
    if (!answersCancellation(message, view)) return undefined
    const key = ownerOf(message, view)?.key
    if (!registeredBefore(message, view).live.some((one) => one.key === key)) return undefined
    const expected = 'grant_types [], which confirms the cancellation'
    if (isAccepted(message)) {
      const grants = message.body?.grant_types
      return cancels(grants) ? 'met' : { expected, seen: `grant_types ${words(grants)}` }
    }
    // Another reason to refuse it may be good.
    if (!isRefusal(message.status) || !isFlawless(message, view)) return undefined
    return { expected, seen: answerOf(message.hop) }
  },
}
