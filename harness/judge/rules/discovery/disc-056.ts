import type { Rule } from '../../rule.ts'
import { isRedirect } from '../shared/authorization-response.ts'
import { membershipOf } from '../shared/community.ts'

/** What a server may answer that has no certificate of the community: that, or its default metadata (guide 2.4). */
export const rule: Rule = {
  id: 'disc-056',
  on: ['metadata'],
  judge(message, { parameters, stage }) {
    const membership = membershipOf(message, stage)
    const { status = 0 } = message
    if (!membership || membership.member || isRedirect(message) || status >= 500 || status === 429)
      return undefined
    const { unknownCommunityStatus } = parameters.discovery
    if (status === 200 || status === unknownCommunityStatus) return 'met'
    const expected = `${unknownCommunityStatus}, or the default metadata, for community ${membership.asked}`
    return { expected, seen: String(status) }
  },
}
