import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { usesOf } from '../shared/client-id.ts'
import { earlierRegistration } from '../shared/earlier.ts'

/** A modification that brings another client_id ends the use of the old one (guide 3.4; UDAP DCR 6). */
export const rule: Rule = {
  id: 'reg-055',
  on: ['registration-response'],
  judges: 'reader',
  judge(message, { history }) {
    const statement = statementOf(message, history)
    const earlier = statement && earlierRegistration(statement, history)
    const [before, now] = [earlier?.body?.client_id, message.body?.client_id]
    if (!isSuccess(message.status) || before === undefined || now === undefined || before === now)
      return undefined
    const [use] = usesOf(before, message, history)
    if (!use) return 'met'
    return { expected: `only the new client_id, ${words(now)}`, seen: words(before), at: use }
  },
}
