import { isRefusal, isSuccess, responseWithCode } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'

const LONGEST_S = 600

/** A code is good for ten minutes at most (RFC 6749 4.1.2). */
export const rule: Rule = {
  id: 'b2b-x15',
  on: ['token-response'],
  judge(response, { history }) {
    const { status, of, hop } = response
    const issued = responseWithCode(of?.body?.code, response, history)
    if (!issued || of?.body?.grant_type !== 'authorization_code') return undefined
    const ageS = Math.round((clockMs(hop, 'to') - clockMs(issued.hop, 'to')) / 1000)
    if (ageS <= LONGEST_S) return undefined
    if (isRefusal(status)) return 'met'
    return isSuccess(status)
      ? {
          expected: `a code to be good for ${LONGEST_S} s at most`,
          seen: `a token for one that is ${ageS} s old`,
        }
      : undefined
  },
}
