import type { Rule } from '../../rule.ts'
import { isSent } from '../shared/authorization-request.ts'
import { stops, strangeState } from '../shared/callback-state.ts'

/** The client checks state when the browser comes back by way of an identity provider. */
export const rule: Rule = {
  id: 'tier-x06',
  on: ['callback'],
  judges: 'reader',
  judge(message, { history }) {
    const [asked] = history
      .before(message, 'authorization-request')
      .filter(({ author }) => author === message.reader)
    if (!isSent(asked?.body, 'idp') || !isSent(asked?.body, 'state')) return undefined
    const flaw = strangeState(message, history)
    return flaw === undefined ? undefined : stops(message, flaw, history)
  },
}
