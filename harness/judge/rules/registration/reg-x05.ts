import { isStrings } from '../../../../wire/json.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { answersCancellation, isAccepted } from '../shared/accepted.ts'

/** Without one of these there is no registration: a server may replace it, but not have none. */
const always = ['client_name', 'grant_types', 'token_endpoint_auth_method']
const withCode = ['redirect_uris', 'response_types']

/** The answer has the client_id, the statement as it came, and what was registered (UDAP DCR 5.1, RFC 7591 3.2.1). */
export const rule: Rule = {
  id: 'reg-x05',
  on: ['registration-response'],
  judge(message, view) {
    const statement = statementOf(message, view.history)
    const { body } = message
    if (!statement?.body || !body || !isAccepted(message) || answersCancellation(message, view))
      return undefined
    if (typeof body.client_id !== 'string' || body.client_id === '')
      return { expected: 'a client_id', seen: words(body.client_id) }
    if (body.software_statement !== statement.text)
      return { expected: 'software_statement as it was sent', seen: words(body.software_statement) }
    const { grant_types: grants } = body
    const code = isStrings(grants) && grants.includes('authorization_code')
    const stated = [...always, ...(code ? withCode : [])].filter(
      (name) => statement.body?.[name] !== undefined,
    )
    const missing = stated.filter((name) => body[name] === undefined)
    if (missing.length === 0) return 'met'
    return { expected: `what was registered: ${stated.join(', ')}`, seen: `no ${missing.join(', no ')}` }
  },
}
