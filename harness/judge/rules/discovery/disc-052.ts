import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isAsked } from '../shared/metadata.ts'
import { isUri } from '../shared/uri.ts'

/** A community has a URI (guide, Discovery 2.4). */
export const rule: Rule = {
  id: 'disc-052',
  on: ['metadata-request'],
  judge(message) {
    const community = message.body?.community
    if (!isAsked(message) || community === undefined) return undefined
    if (isUri(community)) return 'met'
    return { expected: 'community to be one URI', seen: words(community) }
  },
}
