import { decodeJwt } from '../../../../wire/jwt.ts'
import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { sameScopes, scopeAsked } from '../shared/token-answer.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

/** The token response says the scope, unless it is just what was asked for (guide 7.3; RFC 6749 5.1). */
export const rule: Rule = {
  id: 'gen-039',
  on: ['token-response'],
  judge(response, view) {
    const { status, body } = response
    const request = tokenRequestOf(response, view)
    const asked = request && scopeAsked(request)
    if (!isSuccess(status) || !body || asked === undefined) return undefined
    if (typeof body.scope === 'string') return 'met'
    if (asked === 'nothing') return { expected: 'scope, as none was asked for', seen: words(body.scope) }
    const token = body.access_token
    // A token that is a JWT may say what was granted (RFC 9068 2.2.3).
    const granted = typeof token === 'string' ? decodeJwt(token)?.claims.scope : undefined
    if (typeof granted !== 'string' || sameScopes(granted, asked)) return undefined
    return {
      expected: `scope, as ${words(granted)} was granted for ${words(asked)}`,
      seen: words(body.scope),
    }
  },
}
