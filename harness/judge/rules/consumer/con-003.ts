import { scopeTokens } from '../../../../wire/oauth.ts'
import type { Rule } from '../../rule.ts'
import { ofApps } from '../shared/authorization-request.ts'

/** An app that knows SMART need not ask for launch. */
export const rule: Rule = {
  id: 'con-003',
  on: ['authorization-request'],
  judge: ofApps(({ body }) => {
    if (typeof body?.scope !== 'string') return undefined
    const scopes = scopeTokens(body.scope)
    if (!scopes.some((token) => /^(patient|user)\//.test(token))) return undefined
    return scopes.some((token) => /^launch(\/|$)/.test(token)) ? 'unused' : 'met'
  }),
}
