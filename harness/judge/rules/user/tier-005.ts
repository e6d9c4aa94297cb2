import type { Rule } from '../../rule.ts'
import { isToHolder, scopesOf } from '../../tiered.ts'
import { words } from '../../words.ts'

/** Who names an identity provider adds udap to scope (guide 6.1). */
export const rule: Rule = {
  id: 'tier-005',
  on: ['authorization-request'],
  judge(message, { history }) {
    const { body } = message
    if (!isToHolder(message, history) || typeof body?.idp !== 'string') return undefined
    if (scopesOf(body).includes('udap')) return 'met'
    return { expected: 'udap in scope beside idp', seen: words(body.scope) }
  },
}
