import type { Rule } from '../../rule.ts'
import { authorizationServerOf, listOf, published } from '../shared/metadata.ts'

/** Without one of these no client can register. */
const lists = [
  'udap_profiles_supported',
  'grant_types_supported',
  'scopes_supported',
  'token_endpoint_auth_methods_supported',
  'registration_endpoint_jwt_signing_alg_values_supported',
]

/** An empty list says that nothing of it is supported (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-009',
  on: ['metadata'],
  judges: 'reader',
  judge(message, { history, stage }) {
    const body = published(message)
    if (!body) return undefined
    const { author, reader } = message
    const renewed = history.after(message, 'metadata').find((one) => {
      return one.author === author && one.reader === reader
    })
    const ended = renewed && history.messages.indexOf(renewed)
    const sent = history.after(message, 'registration-request').filter((one) => {
      const before = ended === undefined || history.messages.indexOf(one) < ended
      return before && one.author === reader && one.reader === authorizationServerOf(author, stage)
    })
    const empty = lists.find((name) => listOf(body, name)?.length === 0)
    if (empty === undefined) {
      // Certifications that nobody understands may be sent all the same (UDAP Certifications 6).
      const none = listOf(body, 'udap_certifications_supported')?.length === 0
      return none && sent.length > 0 && sent.every((one) => !one.body?.certifications) ? 'met' : undefined
    }
    if (!sent[0]) return 'met'
    return { expected: `${empty} [] to be taken for "not supported"`, seen: 'a registration', at: sent[0] }
  },
}
