import type { Rule } from '../../rule.ts'
import { leafOf } from '../../trust.ts'
import { retriesOf } from '../shared/retries.ts'

/** A certificate that the server did not approve of is not shown again (UDAP DCR 5.2). */
export const rule: Rule = {
  id: 'reg-x21',
  on: ['registration-response'],
  judges: 'reader',
  judge(message, { history }) {
    const retries = retriesOf(message, history)
    const again = retries?.later.find(({ jwt }) => jwt && leafOf(jwt)?.raw.equals(retries.leaf.raw))
    if (!retries) return undefined
    if (!again) return 'met'
    const expected = 'no other try with a certificate that was answered unapproved_software_statement'
    return { expected, seen: 'the same certificate', at: again }
  },
}
