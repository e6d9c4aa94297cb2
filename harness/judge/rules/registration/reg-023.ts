import type { Rule } from '../../rule.ts'
import { oneFlow } from '../shared/grants.ts'

/** One client_id is for one flow (guide 3.1); the empty list cancels (3.4). */
export const rule: Rule = {
  id: 'reg-023',
  on: ['software-statement'],
  judge({ body }) {
    if (!body || (Array.isArray(body.grant_types) && body.grant_types.length === 0)) return undefined
    return oneFlow(body)
  },
}
