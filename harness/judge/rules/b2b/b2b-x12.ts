import { isRefusal } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { chain, signature } from '../shared/token-denial.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

/** The same JWT is an authorization grant, too (UDAP Client Authorization Grants 7.2 has invalid_grant). */
const fitting = ['invalid_client', 'invalid_grant']

/** A client that is not trusted hears invalid_client (UDAP JWT Client Auth 7.2). */
export const rule: Rule = {
  id: 'b2b-x12',
  on: ['token-response'],
  judge(response, view) {
    const request = tokenRequestOf(response, view)
    if (!request?.jwt || !leafOf(request.jwt) || signature(request)) return undefined
    const why = isRefusal(response.status) && chain(request)
    if (!why) return undefined
    const error = response.body?.error
    if (typeof error !== 'string') return undefined
    if (fitting.includes(error)) return 'met'
    return { expected: `invalid_client for ${why}`, seen: words(error) }
  },
}
