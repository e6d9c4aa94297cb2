import { clockMs } from '../../hops.ts'
import type { Rule } from '../../rule.ts'
import { signedIn } from '../shared/signed-metadata.ts'
import { SKEW_S } from '../shared/skew.ts'

/** What is handed out has not expired (UDAP Server Metadata 3.3). */
export const rule: Rule = {
  id: 'disc-x01',
  on: ['signed-metadata'],
  judge(message) {
    const exp = signedIn(message)?.claims.exp
    if (typeof exp !== 'number') return undefined
    const agoMs = clockMs(message.hop, 'to') - exp * 1000
    if (agoMs <= SKEW_S * 1000) return 'met'
    return {
      expected: 'signed_metadata that has not expired',
      seen: `an exp ${Math.round(agoMs / 1000)} s ago`,
    }
  },
}
