import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** The one method by which a client authenticates (guide 3.1). */
export const rule: Rule = {
  id: 'reg-027',
  on: ['software-statement'],
  judge({ body }) {
    if (!body) return undefined
    const method = body.token_endpoint_auth_method
    if (method === 'private_key_jwt') return 'met'
    return { expected: 'token_endpoint_auth_method "private_key_jwt"', seen: words(method) }
  },
}
