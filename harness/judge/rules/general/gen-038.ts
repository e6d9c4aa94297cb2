import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { sameScopes, scopeAsked } from '../shared/token-answer.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

/** Of the scopes that were asked for, a server may grant all, some, or others as well (guide 7.3). */
export const rule: Rule = {
  id: 'gen-038',
  on: ['token-response'],
  judge(response, view) {
    const request = tokenRequestOf(response, view)
    const asked = request && scopeAsked(request)
    const granted = response.body?.scope
    if (!isSuccess(response.status) || asked === undefined || typeof granted !== 'string') return undefined
    return sameScopes(asked, granted) ? 'unused' : 'met'
  },
}
