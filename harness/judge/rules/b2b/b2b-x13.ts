import { isObject } from '../../../../wire/json.ts'
import { B2B_EXTENSION } from '../../../../wire/udap.ts'
import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { allReasons } from '../shared/token-denial.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

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
    // What is wrong with a scope, the request alone does not show.
    if (typeof error !== 'string' || error === 'invalid_scope') return undefined
    if (error === 'invalid_grant') return 'met'
    return { expected: `invalid_grant for a client assertion without ${B2B_EXTENSION}`, seen: words(error) }
  },
}
