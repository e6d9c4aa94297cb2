/** Whether an access token is got through the authorization code flow (RFC 6749 4.1). */
import { isStrings } from '../../../../wire/json.ts'
import { registrationOf, responseWithCode } from '../../history.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { responseTypeCode } from './authorization-request.ts'

/** A refresh token came of a code. */
const ofTheFlow = ['authorization_code', 'refresh_token']

/** Of an authorization request and a token request by who registered for this flow. */
export const codeFlow: Rule['judge'] = (message, view) => {
  if (message.kind === 'authorization-request') return responseTypeCode(message, view)
  const { history } = view
  const { body, author, reader } = message
  const grant = body?.grant_type
  if (typeof grant !== 'string') return undefined
  if (ofTheFlow.includes(grant)) {
    return responseWithCode(body?.code, message, history)?.reader === author ? 'met' : undefined
  }
  const assertion = history.after(message, 'client-assertion').find(({ of }) => of === message)
  const registration = registrationOf(assertion?.body?.iss, reader, message, history)
  const claims = registration && statementOf(registration, history)?.body
  const registered = registration?.body?.grant_types ?? claims?.grant_types
  if (!isStrings(registered) || !registered.includes('authorization_code')) return undefined
  if (registered.includes(grant)) return undefined
  return {
    expected: 'a token request of the authorization code flow, for which the client registered',
    seen: `grant_type=${words(grant)}`,
  }
}
