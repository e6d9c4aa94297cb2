import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isAsked } from '../shared/metadata.ts'

const uri = /^[a-z][a-z0-9+.-]*:\S+$/i

/** A community has a URI (guide, Discovery 2.4). */
export const rule: Rule = {
  id: 'disc-052',
  on: ['metadata-request'],
  judge(message) {
    const community = message.body?.community
    if (!isAsked(message) || community === undefined) return undefined
    if (typeof community === 'string' && uri.test(community)) return 'met'
    return { expected: 'community to be one URI', seen: words(community) }
  },
}
