import { bearerToken } from '../../../../wire/oauth.ts'
import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { sameScopes, scopeAsked } from '../shared/token-answer.ts'
import { tokenRequestOf } from '../shared/token-request.ts'

/** A client copes with a grant of more, fewer or other scopes than it asked for: it uses the token (guide 7.3). */
export const rule: Rule = {
  id: 'gen-042',
  on: ['token-response'],
  judges: 'reader',
  judge(response, view) {
    const { status, body, reader } = response
    const request = tokenRequestOf(response, view)
    const asked = request && scopeAsked(request)
    if (!isSuccess(status) || asked === undefined || typeof body?.scope !== 'string') return undefined
    if (sameScopes(asked, body.scope)) return undefined
    const used = view.history.after(response, 'fhir-request').some(({ author, hop }) => {
      return author === reader && bearerToken(hop.request?.headers.authorization ?? '') === body.access_token
    })
    return used ? 'met' : undefined
  },
}
