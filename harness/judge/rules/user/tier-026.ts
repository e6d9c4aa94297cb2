import type { History } from '../../history.ts'
import { isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { clientRequestOf, isFromProvider, otherSignIn, outcomeOf, providerRequestOf } from '../../tiered.ts'
import { unbelievable } from '../shared/id-token.ts'

/** Without a good ID token the client may hear invalid_idp, or the person sign in otherwise (guide 6.2). */
export const rule: Rule = {
  id: 'tier-026',
  on: ['token-response'],
  judges: 'reader',
  judge(message, { history }) {
    if (!isFromProvider(message, history) || isGood(message, history)) return undefined
    const request = providerRequestOf(message, history)
    const client = request && clientRequestOf(request, history)
    if (!client) return undefined
    const error = outcomeOf(client, history)?.body?.error
    return error === 'invalid_idp' || otherSignIn(client, message, history) ? 'met' : 'unused'
  },
}

function isGood(response: Message, history: History): boolean {
  const token = history.after(response, 'id-token').find(({ of }) => of === response)
  return isSuccess(response.status) && token !== undefined && unbelievable(token, history) === undefined
}
