import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { listOf, published } from '../shared/metadata.ts'
import { by, inCommunity } from '../shared/trust-community.ts'

/** Minimum scopes, among those that a server offers (guide 2.2). */
export const rule: Rule = {
  id: 'com-002',
  on: ['metadata'],
  judge: inCommunity((message, community) => {
    const { scopes } = community
    const metadata = published(message)
    if (!scopes || !metadata) return undefined
    const offered = listOf(metadata, 'scopes_supported') ?? []
    const missing = scopes.minimum.find((one) => !offered.includes(one))
    if (missing === undefined) return 'met'
    const expected = `${missing} in scopes_supported ${by(community, scopes, 'minimum')}`
    return { expected, seen: words(metadata.scopes_supported) }
  }),
}
