import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { by, inCommunity } from '../shared/trust-community.ts'

/** Time synchronisation: how far ahead a clock may be when it writes iat (guide 7.1.4). */
export const rule: Rule = {
  id: 'com-019',
  on: ['software-statement', 'client-assertion'],
  judge: inCommunity(({ body, hop }, community) => {
    const { time } = community
    if (!time || !Number.isInteger(body?.iat)) return undefined
    const ahead = Math.round(Number(body!.iat) - clockMs(hop, 'to') / 1000)
    if (ahead <= time.maxSkewS) return 'met'
    const expected = `iat at most ${time.maxSkewS} s after the clock of the reader ${by(community, time, 'maxSkewS')}`
    return { expected, seen: `${ahead} s` }
  }),
}
