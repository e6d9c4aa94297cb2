import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** The nonce of a software statement: no other one of the same iss has it before the earlier has expired (guide 3.1). */
export const rule: Rule = {
  id: 'reg-014',
  on: ['software-statement'],
  judge(message, { history }) {
    const { body, text, hop } = message
    if (!body) return undefined
    const { iss, jti } = body
    if (typeof jti !== 'string' || jti === '')
      return { expected: 'jti a text that is not empty', seen: words(jti) }
    const nowS = clockMs(hop, 'from') / 1000
    // The very same statement sent again is not another one.
    const other = history
      .before(message, 'software-statement')
      .find((one) => one.text !== text && one.body?.iss === iss && one.body?.jti === jti)
    const { exp } = other?.body ?? {}
    if (!other || (typeof exp === 'number' && exp <= nowS)) return 'met'
    return { expected: 'a new jti in each software statement', seen: `${words(jti)}, as in the one before` }
  },
}
