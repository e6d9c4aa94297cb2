import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { policyKept } from '../shared/certificate-policy.ts'
import { jwtKinds } from '../shared/jwt.ts'
import { outcomeOf } from '../shared/outcome.ts'
import { inCommunity } from '../shared/trust-community.ts'

/** Who reads what such a certificate signed does not go by it. */
export const rule: Rule = {
  id: 'com-021',
  on: jwtKinds,
  judges: 'reader',
  judge: inCommunity((message, community, view) => {
    const leaf = message.jwt && leafOf(message.jwt)
    const kept = leaf && policyKept(leaf, community)
    const outcome = typeof kept === 'object' ? outcomeOf(message, view) : undefined
    if (typeof kept !== 'object' || !outcome) return undefined
    if (!outcome.taken) return 'met'
    const { at, seen } = outcome
    const expected = `a JWT with ${kept.seen} instead of ${kept.expected} to be refused`
    return { expected, seen, ...(at && { at }) }
  }),
}
