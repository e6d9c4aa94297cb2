import { isSuccess } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule, View } from '../../rule.ts'
import { assertionOf } from '../../statement.ts'
import { answerOf, words } from '../../words.ts'
import { registeredBefore } from '../shared/registered.ts'

/** With a new client_id after a modification the earlier one is good for nothing any more (guide 3.4). */
export const rule: Rule = {
  id: 'reg-051',
  on: ['token-response', 'authorization-response'],
  judge(message, view) {
    const clientId = clientIdOf(message, view)
    if (clientId === undefined) return undefined
    const { live, ended } = registeredBefore(message, view)
    const replaced = ended.some((one) => one.clientId === clientId && one.how === 'replaced')
    if (!replaced || live.some((one) => one.clientId === clientId)) return undefined
    const granted = message.kind === 'token-response' ? isSuccess(message.status) : message.body?.code
    if (!granted) return 'met'
    const expected = `nothing for the client_id ${words(clientId)}, which a modification replaced`
    return { expected, seen: answerOf(message.hop) }
  },
}

const clientIdOf = (message: Message, { history }: View) =>
  message.kind === 'token-response' ? assertionOf(message, history)?.body?.iss : message.of?.body?.client_id
