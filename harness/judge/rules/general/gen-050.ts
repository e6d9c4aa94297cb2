import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { wholeNumber } from '../shared/claims.ts'
import { SKEW_S } from '../shared/skew.ts'

/** Three years, one of which may be a leap year. */
const LONGEST_S = (3 * 365 + 1) * 86_400
/** When a certification was issued, how long it is good, and its nonce (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-050',
  on: ['certification'],
  judge({ body, hop }) {
    if (!body) return undefined
    for (const name of ['exp', 'iat']) {
      const shape = wholeNumber(body, name)
      if (shape !== 'met') return shape
    }
    const { jti } = body
    if (typeof jti !== 'string' || jti === '')
      return { expected: 'jti a text that is not empty', seen: words(jti) }
    const [exp, iat] = [Number(body.exp), Number(body.iat)]
    const aheadS = Math.round(iat - clockMs(hop, 'from') / 1000)
    if (aheadS > SKEW_S)
      return { expected: 'iat when the certification was issued', seen: `iat ${aheadS} s after it was sent` }
    if (exp - iat <= LONGEST_S) return 'met'
    return { expected: 'exp at most 3 years after iat', seen: `exp ${exp - iat} s after iat` }
  },
}
