import type { Rule } from '../../rule.ts'
import { isToProvider, scopesOf } from '../../tiered.ts'
import { words } from '../../words.ts'
import { allOf } from '../shared/all-of.ts'
import {
  clientIdGiven,
  isSent,
  redirectUriRegistered,
  responseTypeCode,
} from '../shared/authorization-request.ts'

const parameters = allOf(
  ({ body }) => {
    if (!body) return { expected: 'parameters of an authentication request', seen: 'none' }
    const missing = ['client_id', 'redirect_uri', 'scope'].find((name) => !isSent(body, name))
    if (missing !== undefined) return { expected: missing, seen: `no ${missing}` }
    return scopesOf(body).includes('openid')
      ? 'met'
      : { expected: 'openid in scope', seen: words(body.scope) }
  },
  responseTypeCode,
  clientIdGiven,
  redirectUriRegistered,
)

/** The authentication request to the identity provider (guide 6.2; OpenID Connect Core 3.1.2.1). */
export const rule: Rule = {
  id: 'tier-016',
  on: ['authorization-request'],
  judge(message, view) {
    return isToProvider(message, view.history) ? parameters(message, view) : undefined
  },
}
