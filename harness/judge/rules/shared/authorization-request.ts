/** What an authorization request holds (RFC 6749 4.1.1, RFC 7636 4.3, guide 7.2). */
import type { Json, JsonObject } from '../../../../wire/json.ts'
import { type History, registrationOf } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { statementOf } from '../../statement.ts'
import { words } from '../../words.ts'
import { allOf } from './all-of.ts'
import { ownClientId } from './client-id.ts'
import { repeatedParameter } from './once.ts'

/** A parameter without a value is as if it were left out (RFC 6749 3.1). */
export const isSent = (body: JsonObject | undefined, name: string): boolean =>
  body?.[name] !== undefined && body[name] !== ''

const sent =
  (name: string): Rule['judge'] =>
  ({ body }) => {
    if (!body) return undefined
    return isSent(body, name) ? 'met' : { expected: name, seen: `no ${name}` }
  }

export const scopeSent = sent('scope')
export const stateSent = sent('state')

export const responseTypeCode: Rule['judge'] = ({ body }) => {
  if (!body) return undefined
  const { response_type } = body
  return response_type === 'code' ? 'met' : { expected: 'response_type=code', seen: words(response_type) }
}

/** Present, and one that the server gave, where it is on record that it gave some. */
export const clientIdGiven: Rule['judge'] = (message, { history }) => {
  const { body, reader } = message
  if (!body) return undefined
  if (!isSent(body, 'client_id')) return { expected: 'client_id', seen: 'no client_id' }
  const expected = `a client_id that ${reader} gave at registration`
  return clientIsUnknown(message, history) ? { expected, seen: words(body.client_id) } : 'met'
}

/** An author that is on record as registered there may only mean one of its registrations. */
export const clientIsUnknown = (request: Message, history: History): boolean =>
  ownClientId(request.body?.client_id, request, history)?.isOwn === false

/** Those registered under the request's client id; undefined when that is not on record. */
export function redirectUrisOf(request: Message, history: History): Json[] | undefined {
  const { body, reader } = request
  const response = registrationOf(body?.client_id, reader, request, history)
  if (!response) return undefined
  const registered = response.body?.redirect_uris ?? statementOf(response, history)?.body?.redirect_uris
  return Array.isArray(registered) && registered.length > 0 ? registered : undefined
}

/** To the letter one that was registered; it may be left out when there is only one (guide 7.2). */
export const redirectUriRegistered: Rule['judge'] = (message, { history }) => {
  const registered = redirectUrisOf(message, history)
  const { body } = message
  if (!body || !registered) return undefined
  if (!isSent(body, 'redirect_uri')) {
    if (registered.length === 1) return 'met'
    return { expected: `redirect_uri, as the client registered ${registered.length}`, seen: 'none' }
  }
  if (registered.includes(body.redirect_uri!)) return 'met'
  const expected = `a redirect_uri that is registered: ${registered.map((one) => words(one)).join(' or ')}`
  return { expected, seen: words(body.redirect_uri) }
}

export const challengeSent: Rule['judge'] = ({ body }) => {
  if (!body) return undefined
  const { code_challenge_method: method } = body
  if (!isSent(body, 'code_challenge')) return { expected: 'code_challenge', seen: 'no code_challenge' }
  if (method === 'S256') return 'met'
  const seen = isSent(body, 'code_challenge_method') ? words(method) : 'none, which means plain'
  return { expected: 'code_challenge_method=S256', seen }
}

/** Parameters that came in the query, or in a form. */
const readable: Rule['judge'] = ({ body, hop }) =>
  body
    ? 'met'
    : {
        expected: 'parameters in the query or in a form',
        seen: `a ${hop.request?.method} without either`,
      }

/** State and PKCE (guide 7.2.1, 7.2.2). */
export const stateAndPkce = allOf(stateSent, challengeSent)

/** All of RFC 6749 4.1.1, with the parameters that 7.2 has made of it. */
export const wholeRequest: Rule['judge'] = (message, view) => {
  const { state, pkce } = view.parameters.authorize
  const judges = [readable, repeatedParameter, responseTypeCode, clientIdGiven, redirectUriRegistered]
  // 7.2 asks for scope together with state.
  if (state === 'required') judges.push(scopeSent, stateSent)
  if (pkce === 'required') judges.push(challengeSent)
  return allOf(...judges)(message, view)
}

/** The consumer and B2B pages are about apps: what a data holder asks an identity provider is not their matter. */
export const ofApps =
  (judge: Rule['judge']): Rule['judge'] =>
  (message, view) => {
    const { kindOf } = view.history
    return [message.author, message.reader].some((name) => kindOf(name) === 'identity-provider')
      ? undefined
      : judge(message, view)
  }
