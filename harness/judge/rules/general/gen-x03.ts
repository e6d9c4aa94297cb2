import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { endOfReader, readerRefuses } from '../shared/jwt-rule.ts'

/** Of clocks that differ: "no more than a few minutes". */
const LEEWAY_S = 300

/** An expired JWT is refused, whatever it is for (RFC 7519 4.1.4). */
export const rule: Rule = readerRefuses('gen-x03', ({ claims: { exp } }, message) => {
  const nowS = clockMs(message.hop, endOfReader(message)) / 1000
  const agoS = typeof exp === 'number' ? Math.round(nowS - exp) : 0
  return agoS > LEEWAY_S ? `exp ${agoS} s ago` : undefined
})
