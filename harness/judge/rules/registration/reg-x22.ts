import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { retriesOf } from '../shared/retries.ts'

/** Another certificate may be tried when one was not approved of (UDAP DCR 5.2). */
export const rule: Rule = {
  id: 'reg-x22',
  on: ['registration-response'],
  judges: 'reader',
  judge(message, { history }) {
    const retries = retriesOf(message, history)
    if (!retries) return undefined
    const leaves = retries.later.flatMap(({ jwt }) => (jwt && leafOf(jwt)) ?? [])
    return leaves.some((leaf) => !leaf.raw.equals(retries.leaf.raw)) ? 'met' : 'unused'
  },
}
