import type { Rule } from '../../rule.ts'
import { isFromProvider, scopesOf } from '../../tiered.ts'
import { words } from '../../words.ts'

/** Without openid or udap in scope an identity provider does not go on (UDAP Tiered OAuth 3.4). */
export const rule: Rule = {
  id: 'tier-x04',
  on: ['authorization-response'],
  judge(message, { history }) {
    const { of, body } = message
    if (!isFromProvider(message, history) || !of) return undefined
    const scopes = scopesOf(of.body)
    if (scopes.includes('openid') && scopes.includes('udap')) return undefined
    if (body?.code === undefined) return 'met'
    return { expected: `no sign-in with scope ${words(of.body?.scope)}`, seen: 'a code' }
  },
}
