import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { listOf, published } from '../shared/metadata.ts'

const lists = [
  'udap_profiles_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'registration_endpoint_jwt_signing_alg_values_supported',
]

/** What the profile demands of its publisher: at least one of each of these (UDAP Server Metadata 1). */
export const rule: Rule = {
  id: 'disc-002',
  on: ['metadata'],
  judge(message) {
    const body = published(message)
    if (!body) return undefined
    const empty = lists.find((name) => listOf(body, name)?.length === 0)
    return empty ? { expected: `something in ${empty}`, seen: words(body[empty]) } : 'met'
  },
}
