import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { cancels, usesOf } from '../shared/client-id.ts'

/** An empty grant_types in the answer means that the client_id is no more (guide 3.4). */
export const rule: Rule = {
  id: 'reg-053',
  on: ['registration-response'],
  judges: 'reader',
  judge(message, { history }) {
    const { status, body } = message
    const clientId = body?.client_id
    if (!isSuccess(status) || clientId === undefined || !cancels(body?.grant_types)) return undefined
    const [use] = usesOf(clientId, message, history)
    if (!use) return 'met'
    const expected = 'no use of a client_id that the server said it cancelled'
    return { expected, seen: words(clientId), at: use }
  },
}
