import type { Rule } from '../../rule.ts'
import { isToProvider } from '../../tiered.ts'
import { words } from '../../words.ts'
import { isSent } from '../shared/authorization-request.ts'

/** A data holder makes a new random state for each request to an identity provider (UDAP Tiered OAuth 3.4). */
export const rule: Rule = {
  id: 'tier-x02',
  on: ['authorization-request'],
  judge(message, { history }) {
    const { body, author } = message
    if (!isToProvider(message, history)) return undefined
    if (!isSent(body, 'state')) return { expected: 'a state of the data holder', seen: 'no state' }
    const before = history
      .before(message, 'authorization-request')
      // A browser that goes back, or loads a page again, sends the same request once more.
      .filter((one) => one.author === author && one.hop.request?.url !== message.hop.request?.url)
    if (!before.some((one) => one.body?.state === body?.state)) return 'met'
    return { expected: 'a new random state', seen: `${words(body?.state, 'state')}, which it sent before` }
  },
}
