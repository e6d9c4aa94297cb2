import { isDeepStrictEqual } from 'node:util'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { isAccepted } from '../shared/accepted.ts'

/** Of a parameter that stands in the statement and beside it, the signed one counts (UDAP DCR 3). */
export const rule: Rule = {
  id: 'reg-x16',
  on: ['registration-response'],
  judge(message, { history }) {
    const { body, of } = message
    const signed = statementOf(message, history)?.body
    if (!body || !signed || !of?.body || !isAccepted(message)) return undefined
    const beside = of.body
    const twice = Object.keys(beside).filter(
      (name) => Object.hasOwn(signed, name) && !isDeepStrictEqual(signed[name], beside[name]),
    )
    if (twice.length === 0) return undefined
    const taken = twice.find((name) => isDeepStrictEqual(body[name], beside[name]))
    if (taken === undefined) return 'met'
    return {
      expected: `${taken} ${words(signed[taken])}, as it was signed`,
      seen: `${words(body[taken])}, which stood beside the statement`,
    }
  },
}
