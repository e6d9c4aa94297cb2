import type { Rule } from '../../rule.ts'
import { isToProvider, scopesOf } from '../../tiered.ts'
import { words } from '../../words.ts'

/** A data holder asks an identity provider for openid and udap (guide 6.2). */
export const rule: Rule = {
  id: 'tier-017',
  on: ['authorization-request'],
  judge(message, { history }) {
    if (!isToProvider(message, history)) return undefined
    const scopes = scopesOf(message.body)
    if (scopes.includes('openid') && scopes.includes('udap')) return 'met'
    return { expected: 'openid and udap in scope', seen: words(message.body?.scope) }
  },
}
