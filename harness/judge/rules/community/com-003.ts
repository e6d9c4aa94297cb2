import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { listOf, published, supports } from '../shared/metadata.ts'
import { by, inCommunity } from '../shared/trust-community.ts'

/** What the community has for the grants of the server, its metadata say (guide 2.2). */
export const rule: Rule = {
  id: 'com-003',
  on: ['metadata'],
  judge: inCommunity((message, community) => {
    const metadata = published(message)
    if (!metadata) return undefined
    const isServed = (grants: string[]) => grants.some((one) => supports(one)(metadata))
    const { certifications = [], extensions = [] } = community
    const needed = [
      ...certifications
        .filter(({ requiredFor }) => isServed(requiredFor))
        .flatMap((one) =>
          one.uris.map((name) => ({ name, field: 'udap_certifications_supported', of: one })),
        ),
      ...extensions
        .filter(({ grants }) => isServed(grants))
        .map((one) => ({ name: one.key, field: 'udap_authorization_extensions_supported', of: one })),
    ]
    if (needed.length === 0) return undefined
    const missing = needed.find(({ name, field }) => !listOf(metadata, field)?.includes(name))
    if (!missing) return 'met'
    const { name, field, of } = missing
    return { expected: `${name} in ${field} ${by(community, of)}`, seen: words(metadata[field]) }
  }),
}
