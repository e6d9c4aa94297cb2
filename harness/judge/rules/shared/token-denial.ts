/** Why a token request must be denied (UDAP JWT Client Auth 6; RFC 6749 4.1.3, 6; RFC 7636 4.6), one reason each. */
import type { RuleId } from '../../../../spec/types.ts'
import type { Json } from '../../../../wire/json.ts'
import { isRefusal, isSuccess } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { assertionOf, statementOf } from '../../statement.ts'
import { leafOf, uriNamesOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { ownClientId } from './client-id.ts'
import { wrongVerifier } from './pkce.ts'
import { SKEW_S } from './skew.ts'
import { isDataHolders, type TokenRequest, tokenRequestOf } from './token-request.ts'
import { wrongChain, wrongSignature } from './trusted.ts'
import { normalized } from './uri.ts'

/** The words follow "a token request with". */
export type Reason = (request: TokenRequest) => string | undefined

export const signature: Reason = ({ jwt, assertion }) => {
  if (!assertion) return undefined
  const wrong = jwt ? wrongSignature(jwt) : 'an assertion that is no JWT'
  return wrong && `${wrong}`
}

export const chain: Reason = ({ jwt, response, view }) => jwt && wrongChain(jwt, response.hop, view)

export const client: Reason = ({ assertion, claims, jwt, registration, view: { history } }) => {
  if (!assertion?.body) return undefined
  const { iss, sub } = claims
  if (typeof iss !== 'string' || iss !== sub) return `iss ${words(iss)} and sub ${words(sub)}`
  if (!registration) {
    // Who registered elsewhere, or before the case, is not known here.
    return ownClientId(iss, assertion, history)?.isOwn === false
      ? `iss ${words(iss)}, which the server gave to nobody`
      : undefined
  }
  const { grant_types } = registration.body ?? {}
  if (Array.isArray(grant_types) && grant_types.length === 0)
    return `iss ${words(iss)}, whose registration was cancelled`
  const leaf = jwt && leafOf(jwt)
  const uri = statementOf(registration, history)?.body?.iss
  if (!leaf || typeof uri !== 'string' || uriNamesOf(leaf).includes(uri)) return undefined
  return `a certificate that does not name ${words(uri)}, to which the registration is bound`
}

export const clientId: Reason = ({ body: { client_id }, claims: { iss, sub } }) =>
  client_id === undefined || (client_id === iss && client_id === sub)
    ? undefined
    : `client_id ${words(client_id)} and iss ${words(iss)}`

/** A server may compare as it stands or normalised (guide 7.1.5): what is the same by either need not be denied. */
export const audience: Reason = ({ assertion, claims: { aud }, response, view: { history, stage } }) => {
  if (!assertion?.body) return undefined
  const published = history
    .before(response, 'signed-metadata')
    .concat(history.before(response, 'metadata'))
    .flatMap(({ body }) => (typeof body?.token_endpoint === 'string' ? body.token_endpoint : []))
    .filter((url) => normalized(url) === normalized(response.hop.request?.url ?? ''))
  const own = [stage.actors[response.author ?? '']?.endpoints.token ?? '', response.hop.request?.url ?? '']
  const good = [...published, ...own].map(normalized)
  const named: Json[] = Array.isArray(aud) ? aud : [aud ?? '']
  return named.some((one) => typeof one === 'string' && good.includes(normalized(one)))
    ? undefined
    : `aud ${words(aud)}`
}

export const expired: Reason = ({ assertion, claims: { exp }, response }) => {
  if (!assertion?.body) return undefined
  if (exp === undefined) return 'an assertion without exp'
  if (typeof exp !== 'number') return `an assertion with exp ${words(exp)}`
  const agoS = Math.round(clockMs(response.hop, 'to') / 1000 - exp)
  return agoS > SKEW_S ? `an assertion that expired ${agoS} s ago` : undefined
}

export const grant: Reason = (request) => {
  const { grant_type } = request.body
  if (typeof grant_type !== 'string') return `grant_type ${words(grant_type)}`
  // An extension grant (RFC 6749 4.5) is none of the guide's.
  if (grant_type.includes(':')) return undefined
  const unauthorized = ofAnotherGrant(request)
  if (unauthorized) return unauthorized
  if (grant_type === 'authorization_code') return wrongCode(request)
  if (grant_type === 'refresh_token') return wrongRefreshToken(request)
  return undefined
}

/** RFC 6749 5.2: a client may use the grant types that it registered for; of refresh tokens it says nothing. */
function ofAnotherGrant({ body: { grant_type }, registration }: TokenRequest): string | undefined {
  const registered = registration?.body?.grant_types
  if (grant_type === 'refresh_token' || !Array.isArray(registered) || registered.length === 0)
    return undefined
  return registered.includes(grant_type ?? '')
    ? undefined
    : `grant_type ${words(grant_type)}, for which the client is not registered`
}

/** RFC 6749 4.1.3. */
function wrongCode(request: TokenRequest): string | undefined {
  const { body, claims, response, view } = request
  if (typeof body.code !== 'string') return 'no code'
  const given = view.history
    .before(response, 'authorization-response')
    .filter(({ author, body: sent }) => author === response.author && typeof sent?.code === 'string')
  const issued = given.find(({ body: sent }) => sent?.code === body.code)
  // Codes may come by a way that nobody records; when one was seen, all were.
  if (!issued) return given.length > 0 ? 'a code that was given to nobody' : undefined
  const asked = issued.of?.body
  if (!asked) return undefined
  if (typeof claims.iss === 'string' && asked.client_id !== claims.iss)
    return 'a code that was given to another client'
  if (asked.redirect_uri === undefined || asked.redirect_uri === body.redirect_uri) return undefined
  return `redirect_uri ${words(body.redirect_uri)} after one of ${words(asked.redirect_uri)}`
}

/** RFC 6749 6. That a server takes each only once is its own matter (RFC 9700 4.14.2). */
function wrongRefreshToken({ body, claims, response, view: { history } }: TokenRequest): string | undefined {
  if (typeof body.refresh_token !== 'string') return 'no refresh_token'
  const given = history
    .before(response, 'token-response')
    .filter(({ author, body: sent }) => author === response.author && sent?.refresh_token !== undefined)
  const issued = given.find(({ body: sent }) => sent?.refresh_token === body.refresh_token)
  if (!issued) return given.length > 0 ? 'a refresh token that was given to nobody' : undefined
  const owner = assertionOf(issued, history)?.body?.iss
  return owner === undefined || claims.iss === undefined || owner === claims.iss
    ? undefined
    : 'a refresh token that was given to another client'
}

/** RFC 7636 4.6. */
export const verifier: Reason = ({ response: { of }, view: { history } }) => of && wrongVerifier(of, history)

/** RFC 6749 4.1.2: a code is good once. */
export const usedCode: Reason = ({ body: { code, grant_type }, response, view: { history } }) => {
  if (grant_type !== 'authorization_code' || code === undefined) return undefined
  const before = history.before(response, 'token-response').some((one) => isTokenFor(one, code, response))
  return before ? 'a code that was used before' : undefined
}

const isTokenFor = (one: Message, code: Json, { author }: Message) =>
  one.author === author && isSuccess(one.status) && one.of?.body?.code === code

/** A rule that a server keeps when it denies a request for one of these reasons. */
export function denies(id: RuleId, reasons: Reason[], applies = isDataHolders): Rule {
  return {
    id,
    on: ['token-response'],
    judge(response, view) {
      const request = tokenRequestOf(response, view)
      return request && applies(request) ? denied(request, reasons) : undefined
    },
  }
}

export function denied(request: TokenRequest, reasons: Reason[]) {
  const { status } = request.response
  if (!isSuccess(status) && !isRefusal(status)) return undefined
  const why = reasons.reduce<string | undefined>((found, reason) => found ?? reason(request), undefined)
  if (why === undefined) return undefined
  if (isRefusal(status)) return 'met' as const
  return { expected: `a token request with ${why} to be denied`, seen: String(status) }
}

export const allReasons = [signature, chain, client, clientId, audience, expired, grant, verifier, usedCode]
