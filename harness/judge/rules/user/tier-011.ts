import type { Rule } from '../../rule.ts'
import { isToProvider, scopesOf } from '../../tiered.ts'
import { words } from '../../words.ts'

/** A data holder registers with openid and udap in scope (guide 6.2). */
export const rule: Rule = {
  id: 'tier-011',
  on: ['software-statement'],
  judge(message, { history }) {
    const { body } = message
    if (!body || !isToProvider(message, history) || isCancellation(body.grant_types)) return undefined
    const scopes = scopesOf(body)
    if (scopes.includes('openid') && scopes.includes('udap')) return 'met'
    return { expected: 'openid and udap in the scope of the registration', seen: words(body.scope) }
  },
}

const isCancellation = (grants: unknown): boolean => Array.isArray(grants) && grants.length === 0
