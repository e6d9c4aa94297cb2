import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { isName } from '../shared/claims.ts'

/** What people read of a client (guide 3.1). */
export const rule: Rule = {
  id: 'reg-015',
  on: ['software-statement'],
  judge({ body }) {
    if (!body) return undefined
    if (isName(body.client_name)) return 'met'
    return { expected: 'client_name a name for people to read', seen: words(body.client_name) }
  },
}
