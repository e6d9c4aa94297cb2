import type { Rule } from '../../rule.ts'
import { clientUriFlaw, hasClientUris } from '../shared/community-registration.ts'
import { inCommunity } from '../shared/trust-community.ts'

/** URIs of clients, as iss of a software statement has them (guide 3.1). */
export const rule: Rule = {
  id: 'com-004',
  on: ['software-statement'],
  judge: inCommunity(({ body }, community) => {
    if (typeof body?.iss !== 'string' || !hasClientUris(community)) return undefined
    return clientUriFlaw(body.iss, community) ?? 'met'
  }),
}
