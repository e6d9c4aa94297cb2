import type { Rule } from '../../rule.ts'
import { asksForProvider, isToHolder, registeredClaims, scopesOf } from '../../tiered.ts'
import { words } from '../../words.ts'

/** Who asks for tiered OAuth has registered with udap in scope (guide 6.1). */
export const rule: Rule = {
  id: 'tier-004',
  on: ['authorization-request'],
  judge(message, { history }) {
    if (!isToHolder(message, history) || !asksForProvider(message)) return undefined
    const registered = registeredClaims(message, history)
    if (!registered) return undefined
    if (scopesOf(registered).includes('udap')) return 'met'
    const expected = 'a client that asks for tiered OAuth to have registered with udap in scope'
    return { expected, seen: `a registration with scope ${words(registered.scope)}` }
  },
}
