import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { by, inCommunity, matches } from '../shared/trust-community.ts'

/** URIs of servers, as iss of signed_metadata has them (guide 2.3). */
export const rule: Rule = {
  id: 'com-001',
  on: ['signed-metadata'],
  judge: inCommunity(({ body }, community) => {
    const { uris } = community
    if (uris?.server === undefined || typeof body?.iss !== 'string') return undefined
    if (matches(uris.server, body.iss)) return 'met'
    return {
      expected: `iss that matches ${uris.server} ${by(community, uris, 'server')}`,
      seen: words(body.iss),
    }
  }),
}
