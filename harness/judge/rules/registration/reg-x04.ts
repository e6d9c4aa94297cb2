import { answered, clockMs, received } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'

/** An expired software statement is refused (UDAP DCR 4.3). */
export const rule: Rule = {
  id: 'reg-x04',
  on: ['registration'],
  judge(hop, { end }) {
    const exp = statementOf(received(hop))?.claims.exp
    const nowMs = clockMs(hop, end)
    if (typeof exp !== 'number' || exp * 1000 > nowMs) return undefined
    const status = answered(hop)?.status ?? 0
    if (status >= 400 && status < 500) return 'met'
    if (status < 200 || status > 299) return undefined
    const ago = Math.round(nowMs / 1000 - exp)
    return { expected: `a software statement that expired ${ago} s ago to be refused`, seen: String(status) }
  },
}
