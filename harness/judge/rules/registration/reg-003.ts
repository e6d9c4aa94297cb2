import type { Rule } from '../../rule.ts'
import { answerOf } from '../../words.ts'
import { isAccepted } from '../shared/accepted.ts'
import { isFlawless } from '../shared/flawless.ts'

/** What an endpoint answers that does not know the request at all (RFC 9110 15). */
const unsupported = [404, 405, 410, 501]

/** The server takes registrations by UDAP DCR; whom it takes is its own affair. */
export const rule: Rule = {
  id: 'reg-003',
  on: ['registration-response'],
  judge(message, view) {
    if (!isFlawless(message, view)) return undefined
    if (isAccepted(message)) return 'met'
    if (!unsupported.includes(message.status ?? 0)) return undefined
    return { expected: 'the registration endpoint to take registrations', seen: answerOf(message.hop) }
  },
}
