import type { Rule } from '../../rule.ts'
import { allOf } from '../shared/all-of.ts'
import { isBySecret } from '../shared/shared-secret.ts'
import { codeReceived, postedAsForm, redirectUriAsBefore, wholeCodeRequest } from '../shared/token-form.ts'

const asInRfc6749 = allOf(postedAsForm, wholeCodeRequest, codeReceived, redirectUriAsBefore)

/** A token request by shared secret is one of RFC 6749 4.1.3 (guide 1.x, 4.2.2). */
export const rule: Rule = {
  id: 'con-022',
  on: ['token-request'],
  judge(message, view) {
    if (message.body?.grant_type === 'refresh_token' || !isBySecret(message, view)) return undefined
    return asInRfc6749(message, view)
  },
}
