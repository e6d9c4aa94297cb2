import { isRefusal, isSuccess } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { assertionOf, statementOf } from '../../statement.ts'
import { answerOf } from '../../words.ts'
import { sameJti } from '../shared/jti.ts'
import { allReasons } from '../shared/token-denial.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

/** A jti is good again when every earlier JWT that had it has expired (guide 7.1.4). */
export const rule: Rule = {
  id: 'gen-016',
  on: ['token-response', 'registration-response'],
  judge(response, view) {
    const { kind, status, hop } = response
    const message = (kind === 'token-response' ? assertionOf : statementOf)(response, view.history)
    const earlier = message ? sameJti(message, view) : []
    const nowS = clockMs(hop, 'to') / 1000
    const over = earlier.every(({ body }) => typeof body?.exp === 'number' && body.exp < nowS)
    if (earlier.length === 0 || !over) return undefined
    if (isSuccess(status)) return 'met'
    // A refusal does not say what for: it counts where nothing else is wrong.
    const request = kind === 'token-response' ? tokenRequestOf(response, view) : undefined
    if (!isRefusal(status) || !request || allReasons.some((reason) => reason(request))) return undefined
    return { expected: 'a jti to be good again after the JWT that had it has expired', seen: answerOf(hop) }
  },
}
