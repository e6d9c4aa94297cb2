import type { Rule } from '../../rule.ts'
import { certificationsIn, isOfProgramme, neededBy } from '../shared/community-registration.ts'
import { by, inCommunity, signedIn } from '../shared/trust-community.ts'

/** Certifications that the community requires (guide 3.2, 7.4). */
export const rule: Rule = {
  id: 'com-006',
  on: ['registration-request'],
  judge: inCommunity((message, community, view) => {
    const needed = neededBy(signedIn(message, view)?.body, community)
    if (needed.length === 0) return undefined
    const sent = certificationsIn(message, view)
    const missing = needed.find((programme) => !sent.some((one) => isOfProgramme(one, programme)))
    if (!missing) return 'met'
    const expected = `a certification of ${missing.uris.join(', ')} ${by(community, missing, 'requiredFor')}`
    return { expected, seen: sent.length === 0 ? 'none' : `${sent.length} of other programmes` }
  }),
}
