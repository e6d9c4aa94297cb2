import { bearerToken } from '../../../../wire/oauth.ts'
import { isSuccess, responseWithToken } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { isFromProvider } from '../../tiered.ts'
import { words } from '../../words.ts'

/** UserInfo is about the person of the ID token (OpenID Connect Core 5.3.2; UDAP Tiered OAuth 4.4). */
export const rule: Rule = {
  id: 'tier-x12',
  on: ['userinfo-response'],
  judge(message, { history }) {
    const { body, status, hop } = message
    if (!isFromProvider(message, history) || !body || !isSuccess(status)) return undefined
    const token = bearerToken(hop.request?.headers.authorization ?? '')
    const answer = responseWithToken(token, message, history)
    const claims = answer && history.after(answer, 'id-token').find(({ of }) => of === answer)?.body
    if (!claims) return undefined
    if (body.sub !== claims.sub)
      return { expected: `sub ${words(claims.sub)}, as in the ID token`, seen: words(body.sub) }
    if (body.iss === claims.iss) return 'met'
    // Core does not have it there: only one that contradicts is wrong.
    if (body.iss === undefined) return 'met'
    return { expected: `iss ${words(claims.iss)}, as in the ID token`, seen: words(body.iss) }
  },
}
