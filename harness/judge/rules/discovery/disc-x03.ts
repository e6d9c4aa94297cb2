import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { listOf, published, supports } from '../shared/metadata.ts'

/** Nothing that does not fit the rest: no authorization endpoint that nobody can use (UDAP Server Metadata 1). */
export const rule: Rule = {
  id: 'disc-x03',
  on: ['metadata'],
  judge(message) {
    const body = published(message)
    if (!body || !listOf(body, 'grant_types_supported') || supports('authorization_code')(body))
      return undefined
    const { authorization_endpoint: endpoint } = body
    if (endpoint === undefined) return 'met'
    return { expected: 'no authorization_endpoint without authorization_code', seen: words(endpoint) }
  },
}
