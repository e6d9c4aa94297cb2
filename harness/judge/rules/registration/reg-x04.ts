import { isRefusal, isSuccess } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'

/** An expired software statement is refused (UDAP DCR 4.3). */
export const rule: Rule = {
  id: 'reg-x04',
  on: ['registration-response'],
  judge(message, { history }) {
    const exp = statementOf(message, history)?.body?.exp
    const nowMs = clockMs(message.hop, 'to')
    if (typeof exp !== 'number' || exp * 1000 > nowMs) return undefined
    if (isRefusal(message.status)) return 'met'
    if (!isSuccess(message.status)) return undefined
    const ago = Math.round(nowMs / 1000 - exp)
    const seen = String(message.status)
    return { expected: `a software statement that expired ${ago} s ago to be refused`, seen }
  },
}
