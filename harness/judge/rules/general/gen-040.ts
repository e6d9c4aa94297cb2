import { isStrings } from '../../../../wire/json.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { words } from '../../words.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

/** invalid_scope is for a wildcard that is not supported, and for scopes of which none is (guide 7.3). */
export const rule: Rule = {
  id: 'gen-040',
  on: ['token-response'],
  judge(response, view) {
    const request = tokenRequestOf(response, view)
    const supported = supportedAt(response, view)
    // By a refresh token nobody gets more than before (RFC 6749 6), which is said in the same way.
    if (response.body?.error !== 'invalid_scope' || !request || !supported) return undefined
    const { scope, grant_type } = request.body
    if (grant_type === 'refresh_token') return undefined
    const asked = typeof scope === 'string' ? scopeTokens(scope) : []
    if (asked.some((token) => token.includes('*') && !supported.includes(token))) return 'met'
    const registered = request.registration?.body?.scope
    const own = typeof registered === 'string' ? scopeTokens(registered) : supported
    const good = asked.filter((token) => supported.includes(token) && own.includes(token))
    if (asked.length > 0 && good.length === 0) return 'met'
    const seen =
      asked.length > 0 ? `it for ${words(scope)}, of which ${good[0]} is supported` : 'it without a scope'
    return { expected: 'invalid_scope for scopes that are not supported alone', seen }
  },
}

/** scopes_supported of whoever publishes this token endpoint. */
function supportedAt(response: Message, { history }: View): string[] | undefined {
  const found = history
    .before(response, 'metadata')
    .find(({ body }) => body?.token_endpoint === response.hop.request?.url)
  const scopes = found?.body?.scopes_supported
  return isStrings(scopes) ? scopes : undefined
}
