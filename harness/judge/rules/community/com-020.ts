import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { policyKept } from '../shared/certificate-policy.ts'
import { jwtKinds } from '../shared/jwt.ts'
import { inCommunity } from '../shared/trust-community.ts'

/** Certificate policy: key, key usage, lifetime, revocation (guide 7.1.2). */
export const rule: Rule = {
  id: 'com-020',
  on: jwtKinds,
  judge: inCommunity(({ jwt }, community) => {
    const leaf = jwt && leafOf(jwt)
    return leaf && policyKept(leaf, community)
  }),
}
