import type { Rule } from '../../rule.ts'
import { isToHolder, isToProvider } from '../../tiered.ts'
import { isSent } from '../shared/authorization-request.ts'

/** The client's state goes no further than to the data holder (UDAP Tiered OAuth 3.4). */
export const rule: Rule = {
  id: 'tier-x03',
  on: ['authorization-request'],
  judge(message, { history }) {
    const { body, author } = message
    if (!isToProvider(message, history) || !isSent(body, 'state')) return undefined
    const ofClients = history
      .before(message, 'authorization-request')
      .filter((one) => one.reader === author && isToHolder(one, history))
      .map((one) => one.body?.state)
    if (!ofClients.includes(body?.state)) return 'met'
    return { expected: 'another state than that of the client', seen: 'the state of the client' }
  },
}
