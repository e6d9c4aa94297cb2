/** How a server answers an authorization request (RFC 6749 4.1.2, 4.1.2.1). */
import type { Json, JsonObject } from '../../../../wire/json.ts'
import { addressOf, locationOf } from '../../authorization.ts'
import { type History, isRefusal } from '../../history.ts'
import { answered } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Finding, Rule, View } from '../../rule.ts'
import { words } from '../../words.ts'
import {
  challengeSent,
  clientIsUnknown,
  isSent,
  redirectUriRegistered,
  redirectUrisOf,
  responseTypeCode,
  scopeSent,
  stateSent,
} from './authorization-request.ts'
import { repeatedParameter } from './once.ts'

/** A redirect; else the server ended the request with a page. */
export const isRedirect = ({ status }: Message) => status !== undefined && status >= 300 && status <= 399

/** Either a code or an error, in the query of the redirect URI; a page only where nobody can be told by a redirect. */
export const codeOrError: Rule['judge'] = (message, { history }) => {
  const { of, body } = message
  if (!of) return undefined
  if (!isRedirect(message)) return pageInstead(message, of, history)
  const { code, error } = body ?? {}
  if (isSent(body, 'code') && isSent(body, 'error'))
    return { expected: 'code or error', seen: `both, error ${words(error)}` }
  if (isSent(body, 'error')) return typeof error === 'string' ? errorSpelling(error) : undefined
  // What another response_type or response_mode is answered with, other texts say.
  if (of.body?.response_type !== 'code' || isSent(of.body, 'response_mode')) return undefined
  if (!isSent(body, 'code')) return { expected: 'code or error', seen: 'neither' }
  if (typeof code !== 'string') return undefined
  if (new URL(locationOf(message.hop)!).searchParams.has('code')) return 'met'
  return { expected: 'the code in the query', seen: 'it in the fragment' }
}

/** RFC 6749 4.1.2.1 and A.7. */
function errorSpelling(error: string): Finding {
  if (/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/.test(error)) return 'met'
  return { expected: 'an error of printable ASCII without quote and backslash', seen: words(error) }
}

/** A browser that shall sign the person in (RFC 9110 11), or too much, or too often: not what the request says. */
const beyondProtocol = [401, 413, 414, 429, 431]

function pageInstead(message: Message, request: Message, history: History): Finding | undefined {
  const { status } = message
  if (!isRefusal(status) || beyondProtocol.includes(status!)) return undefined
  const known = addressIsGood(request, history)
  if (known === undefined) return undefined
  return known ? { expected: 'the browser sent back to the client', seen: `a page with ${status}` } : 'met'
}

/** Can the client be told by a redirect? Undefined when it is not on record where to. */
function addressIsGood(request: Message, history: History): boolean | undefined {
  if (addressIsBad(request, history)) return false
  const registered = redirectUrisOf(request, history)
  if (!registered) return undefined
  const { redirect_uri } = request.body ?? {}
  return isSent(request.body, 'redirect_uri') ? registered.includes(redirect_uri!) : registered.length === 1
}

/** No client is meant, or none that there is, or an address that is not its own. */
function addressIsBad(request: Message, history: History): boolean {
  const { body } = request
  if (typeof body?.client_id !== 'string' || body.client_id === '') return true
  if (clientIsUnknown(request, history)) return true
  const registered = redirectUrisOf(request, history)
  return registered !== undefined && isSent(body, 'redirect_uri') && !registered.includes(body.redirect_uri!)
}

/** Nobody is sent to an address that is not known to be the client's (RFC 6749 4.1.2.1). */
export const noOpenRedirect: Rule['judge'] = (message, { history }) => {
  const { of } = message
  if (!of || !addressIsBad(of, history)) return undefined
  const there = addressOf(of.body?.redirect_uri)
  if (!isRedirect(message) || there === undefined || addressOf(locationOf(message.hop)) !== there)
    return 'met'
  return {
    expected: 'no redirect, as client_id or redirect_uri is not one that is registered',
    seen: `${message.status} to ${words(of.body?.redirect_uri)}`,
  }
}

/** state as it was sent, in an answer with a code and in one with an error. */
export const stateEchoed: Rule['judge'] = (message) => {
  const sent = message.of?.body?.state
  if (!isRedirect(message) || typeof sent !== 'string' || sent === '') return undefined
  const { state } = message.body ?? {}
  // One that comes twice is for another rule.
  if (Array.isArray(state) && state.includes(sent)) return undefined
  return state === sent ? 'met' : { expected: `state ${words(sent)}, as it was sent`, seen: words(state) }
}

/** Errors that a request may have whatever else is wrong with it: what the server thinks of it, or how it is. */
const otherReasons: (Json | undefined)[] = [
  'invalid_scope',
  'unauthorized_client',
  'server_error',
  'temporarily_unavailable',
]

/** The parts of a request that a server may mind, each with what judges it. */
const parts = {
  response_type: responseTypeCode,
  redirect_uri: redirectUriRegistered,
  scope: scopeSent,
  state: stateSent,
  code_challenge: challengeSent,
  once: repeatedParameter,
} satisfies Record<string, Rule['judge']>

/**
 * A request with this flaw comes back with `invalid_request`.
 * @param part the only part in which it is wrong: of two wrongs the server chooses which to name
 */
export function invalidRequest(
  part: keyof typeof parts,
  isFlawed: (body: JsonObject) => boolean,
  flaw: string,
): Rule['judge'] {
  return (message, view) => {
    const { of, body } = message
    if (!of?.body || !isFlawed(of.body)) return undefined
    const expected = `error=invalid_request for a request with ${flaw}`
    if (!isRedirect(message)) {
      const good = addressIsGood(of, view.history) && !beyondProtocol.includes(message.status ?? 0)
      return good && isRefusal(message.status)
        ? { expected, seen: `a page with ${message.status}` }
        : undefined
    }
    if (isSent(body, 'code')) return { expected, seen: 'a code' }
    if (body?.error === 'invalid_request') return 'met'
    if (!isSent(body, 'error') || otherReasons.includes(body?.error)) return undefined
    return hasOtherFlaw(of, part, view) ? undefined : { expected, seen: `error=${words(body?.error)}` }
  }
}

function hasOtherFlaw(request: Message, part: keyof typeof parts, view: View): boolean {
  // Seen with the requirements of whoever answers.
  return Object.entries(parts).some(
    ([name, judge]) => name !== part && typeof judge(request, view) === 'object',
  )
}

/** Is what the redirect brings a code? */
export const isCode = (message: Message) => isRedirect(message) && isSent(message.body, 'code')

export const headerOf = ({ hop }: Message, name: string): string | undefined => answered(hop)?.headers[name]
