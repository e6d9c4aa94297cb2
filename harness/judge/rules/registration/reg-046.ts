import type { Rule } from '../../rule.ts'
import { cancels } from '../shared/client-id.ts'
import { earlierRegistration } from '../shared/earlier.ts'

/** A registered client registers again, with other claims (guide 3.4). */
export const rule: Rule = {
  id: 'reg-046',
  on: ['software-statement'],
  judge(message, { history }) {
    if (!message.body || cancels(message.body.grant_types)) return undefined
    return earlierRegistration(message, history) ? 'met' : undefined
  },
}
