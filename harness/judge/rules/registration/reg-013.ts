import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { wholeNumber } from '../shared/claims.ts'
import { SKEW_S } from '../shared/skew.ts'

/** When a software statement was issued (guide 3.1): no later than it was sent. */
export const rule: Rule = {
  id: 'reg-013',
  on: ['software-statement'],
  judge({ body, hop }) {
    if (!body) return undefined
    const shape = wholeNumber(body, 'iat')
    if (shape !== 'met') return shape
    const aheadS = Math.round(Number(body.iat) - clockMs(hop, 'from') / 1000)
    if (aheadS <= SKEW_S) return 'met'
    return { expected: 'iat when the statement was issued', seen: `iat ${aheadS} s after it was sent` }
  },
}
