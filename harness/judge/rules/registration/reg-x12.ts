import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { isAccepted } from '../shared/accepted.ts'
import { isFlawless } from '../shared/flawless.ts'

/** A software statement that was used before may be refused (UDAP DCR 4.3). */
export const rule: Rule = {
  id: 'reg-x12',
  on: ['registration-response'],
  judge(message, view) {
    const { history } = view
    const { iss, jti } = statementOf(message, history)?.body ?? {}
    if (typeof iss !== 'string' || typeof jti !== 'string' || !isFlawless(message, view)) return undefined
    const used = history.before(message, 'registration-response').some((one) => {
      const earlier = statementOf(one, history)?.body
      return one.author === message.author && isAccepted(one) && earlier?.iss === iss && earlier.jti === jti
    })
    if (!used) return undefined
    return isRefusal(message.status) ? 'met' : 'unused'
  },
}
