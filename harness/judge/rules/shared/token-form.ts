/** The parameters of a token request and how it is sent (RFC 6749 4.1.3, 4.4.2, 6; UDAP JWT client auth 5; guide 4.2, 5.2). */
import { mediaType } from '../../../../wire/decode.ts'
import { JWT_BEARER } from '../../../../wire/oauth.ts'
import { UDAP_VERSION } from '../../../../wire/udap.ts'
import { type History, responseWithCode } from '../../history.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { words } from '../../words.ts'
import { allOf } from './all-of.ts'
import { isSent } from './authorization-request.ts'

const shown = ({ body }: Message, name: string): string =>
  isSent(body, name) ? `${name} ${words(body![name], name)}` : `no ${name}`

const sent =
  (name: string): Rule['judge'] =>
  (message) => {
    if (!message.body) return undefined
    return typeof message.body[name] === 'string' && message.body[name] !== ''
      ? 'met'
      : { expected: `one ${name}`, seen: shown(message, name) }
  }

const equal =
  (name: string, value: string): Rule['judge'] =>
  (message) => {
    if (!message.body) return undefined
    const expected = `${name}=${value}`
    // A parameter that comes twice is no other one by that (RFC 6749 3.2 has a rule of its own).
    const values = [message.body[name]].flat()
    return values.every((one) => one === value) ? 'met' : { expected, seen: shown(message, name) }
  }

export const udapSent = equal('udap', UDAP_VERSION)
export const assertionTypeSent = equal('client_assertion_type', JWT_BEARER)
export const codeGrant = equal('grant_type', 'authorization_code')
export const credentialsGrant = equal('grant_type', 'client_credentials')
export const verifierSent = sent('code_verifier')

/** A POST with the parameters in a form (RFC 6749 3.2). */
export const postedAsForm: Rule['judge'] = ({ hop }) => {
  const { method, headers } = hop.request!
  if (method !== 'POST') return { expected: 'a POST', seen: `a ${method}` }
  const type = mediaType(headers)
  if (type === 'application/x-www-form-urlencoded') return 'met'
  return { expected: 'a body of type application/x-www-form-urlencoded', seen: words(type) }
}

export const noAuthorizationHeader: Rule['judge'] = ({ hop }) => {
  const { authorization } = hop.request!.headers
  if (authorization === undefined) return 'met'
  const [scheme = ''] = authorization.split(' ', 1)
  return { expected: 'no Authorization header', seen: `one of scheme ${words(scheme)}` }
}

const noClientSecret: Rule['judge'] = (message) => {
  if (!message.body) return undefined
  return isSent(message.body, 'client_secret') ? { expected: 'no client_secret', seen: 'one' } : 'met'
}

export const noSecret = allOf(noAuthorizationHeader, noClientSecret)

/** There, and a JWT. */
export const assertionSent: Rule['judge'] = (message, { history }) => {
  if (!message.body) return undefined
  if (!isSent(message.body, 'client_assertion'))
    return { expected: 'a client_assertion', seen: 'no client_assertion' }
  const assertion = history.after(message, 'client-assertion').find(({ of }) => of === message)
  if (assertion?.jwt) return 'met'
  return {
    expected: 'client_assertion a JWT',
    seen: shown(message, 'client_assertion'),
  }
}

/** RFC 6749 4.1.3, with the client authentication of UDAP. */
export const wholeCodeRequest = allOf(codeGrant, sent('code'))

/** RFC 6749 4.4.2. */
export const wholeCredentialsRequest: Rule['judge'] = (message, view) => {
  const flaw = credentialsGrant(message, view)
  if (flaw !== 'met' || !isSent(message.body, 'code')) return flaw
  return { expected: 'no code with client_credentials', seen: 'one' }
}

/** A list of scope tokens between spaces (RFC 6749 3.3). */
export const scopeListed: Rule['judge'] = (message) => {
  const scope = message.body?.scope
  if (!message.body) return undefined
  if (typeof scope === 'string' && /^[!#-[\]-~]+( [!#-[\]-~]+)*$/.test(scope)) return 'met'
  return { expected: 'scope a list of scopes with spaces between', seen: shown(message, 'scope') }
}

/** The code came in an answer of this server; who found it elsewhere is not judged. */
export const codeReceived: Rule['judge'] = (message, { history }) => {
  const { body, author } = message
  if (!body) return undefined
  if (!isSent(body, 'code')) return { expected: 'a code', seen: 'no code' }
  const came = (['authorization-response', 'callback'] as const)
    .flatMap((kind) => history.before(message, kind))
    .filter((one) => isSent(one.body, 'code'))
  const own = came.filter(({ reader }) => reader === author)
  if (own.some((one) => one.body!.code === body.code)) return 'met'
  if (own.length === 0 || came.some((one) => one.body!.code === body.code)) return undefined
  return { expected: 'a code that came from the authorization server', seen: 'one that never came' }
}

/** As in the authorization request that the code came for: the same, or none (RFC 6749 4.1.3). */
export const redirectUriAsBefore: Rule['judge'] = (message, { history }) => {
  const asked = requestFor(message, history)
  if (!asked?.body || !message.body) return undefined
  const before = asked.body.redirect_uri
  if (!isSent(asked.body, 'redirect_uri')) {
    if (!isSent(message.body, 'redirect_uri')) return 'met'
    return {
      expected: 'no redirect_uri, as there was none in the authorization request',
      seen: shown(message, 'redirect_uri'),
    }
  }
  if (message.body.redirect_uri === before) return 'met'
  return {
    expected: `redirect_uri ${words(before)}, as in the authorization request`,
    seen: shown(message, 'redirect_uri'),
  }
}

/** The client's own authorization request. */
function requestFor(message: Message, history: History): Message | undefined {
  const request = responseWithCode(message.body?.code, message, history)?.of
  return request?.author === message.author ? request : undefined
}

/** 43 to 128 unreserved characters (RFC 7636 4.1). */
export const verifierWellFormed: Rule['judge'] = ({ body }) => {
  const verifier = body?.code_verifier
  if (typeof verifier !== 'string' || verifier === '') return undefined
  if (/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return 'met'
  const expected = 'a code_verifier of 43 to 128 letters, digits and -._~'
  const strange = /[^A-Za-z0-9\-._~]/.test(verifier) ? ', some of them others' : ''
  return { expected, seen: `one of ${verifier.length} characters${strange}` }
}

/** client_id is optional; it names whom the assertion names (UDAP JWT client auth 5). */
export const clientIdAsSubject: Rule['judge'] = (message, { history }) => {
  if (!isSent(message.body, 'client_id')) return undefined
  const assertion = history.after(message, 'client-assertion').find(({ of }) => of === message)
  const sub = assertion?.body?.sub
  if (sub === undefined) return undefined
  if (message.body!.client_id === sub) return 'met'
  return {
    expected: `client_id ${words(sub)}, the sub of the client assertion`,
    seen: shown(message, 'client_id'),
  }
}

/** Whoever got a refresh token goes on with it, or need not. */
export const refreshed: Rule['judge'] = ({ author, reader, body, hop }, { history }) => {
  const token = body?.refresh_token
  if (typeof token !== 'string') return undefined
  const used = history.messages.some(
    (one) =>
      one.kind === 'token-request' &&
      one.author === reader &&
      one.reader === author &&
      one.hop !== hop &&
      one.body?.refresh_token === token,
  )
  return used ? 'met' : 'unused'
}
