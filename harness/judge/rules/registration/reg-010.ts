import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'

/** A software statement is about its issuer (guide 3.1). */
export const rule: Rule = {
  id: 'reg-010',
  on: ['software-statement'],
  judge({ body }) {
    if (typeof body?.iss !== 'string') return undefined
    if (body.sub === body.iss) return 'met'
    return { expected: `sub equal to iss, ${words(body.iss)}`, seen: words(body.sub) }
  },
}
