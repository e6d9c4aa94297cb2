import { isObject } from '../../../../wire/json.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import { B2B_EXTENSION } from '../../../../wire/udap.ts'
import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { allReasons } from '../shared/token-denial.ts'
import { type TokenRequest, tokenRequestOf } from '../shared/token-request.ts'

/** A request that lacks nothing but the extension object hears invalid_grant (UDAP Client Authorization Grants 6.4). */
export const rule: Rule = {
  id: 'b2b-x13',
  on: ['token-response'],
  judge(response, view) {
    const request = tokenRequestOf(response, view)
    if (!request?.assertion?.body || request.body.grant_type !== 'client_credentials') return undefined
    const { extensions } = request.claims
    const lacks = !isObject(extensions) || extensions[B2B_EXTENSION] === undefined
    if (!lacks || !isRefusal(response.status) || allReasons.some((reason) => reason(request)))
      return undefined
    const error = response.body?.error
    if (typeof error !== 'string' || (error === 'invalid_scope' && !isScopeFine(request))) return undefined
    if (error === 'invalid_grant') return 'met'
    return { expected: `invalid_grant for a client assertion without ${B2B_EXTENSION}`, seen: words(error) }
  },
}

/** Of what it registered for, as far as that is known. */
function isScopeFine({ body, registration }: TokenRequest): boolean {
  const [asked, registered] = [body.scope, registration?.body?.scope]
  if (typeof asked !== 'string' || typeof registered !== 'string') return false
  const good = scopeTokens(registered)
  return scopeTokens(asked).every((token) => good.includes(token))
}
