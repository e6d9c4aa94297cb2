/** The shape of what a token endpoint answers (RFC 6749 5.1, 5.2). */
import { mediaType } from '../../../../wire/decode.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import { isRefusal, isSuccess } from '../../history.ts'
import { answered } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Finding } from '../../rule.ts'
import { withName, words } from '../../words.ts'
import { isOfHttp } from './of-http.ts'
import type { TokenRequest } from './token-request.ts'

/** By a POST: what another method gets is no token response (3.2). */
const isAsked = ({ hop }: Message): boolean => hop.request?.method === 'POST'

/** 5.1: an answer with a token. */
export function tokenGiven(response: Message): Finding | undefined {
  const { status, body, hop } = response
  if (!isSuccess(status) || !isAsked(response)) return undefined
  if (status !== 200) return { expected: 'a token with status 200', seen: String(status) }
  const type = mediaType(answered(hop)?.headers ?? {})
  if (type !== 'application/json')
    return { expected: 'a token as application/json', seen: type === '' ? 'no Content-Type' : type }
  if (!body) return { expected: 'a token in a JSON object', seen: 'a body that is none' }
  for (const name of ['access_token', 'token_type']) {
    if (typeof body[name] !== 'string' || body[name] === '')
      return { expected: `${name} in the token response`, seen: words(body[name], name) }
  }
  return 'met'
}

/** 5.2: an answer with an error code. */
export function errorGiven(response: Message): Finding | undefined {
  const { status = 0, body, hop } = response
  if (!isRefusal(status) || isOfHttp(status) || !isAsked(response)) return undefined
  const error = body?.error
  const type = mediaType(answered(hop)?.headers ?? {})
  if (typeof error !== 'string' || type !== 'application/json') {
    const seen = typeof error === 'string' ? type || 'no Content-Type' : withName('error', error)
    return { expected: 'a denial with an error code in JSON', seen }
  }
  if (status === 400 || (status === 401 && error === 'invalid_client')) return 'met'
  return { expected: `400, or 401 with invalid_client, for ${words(error)}`, seen: String(status) }
}

/** 5.1: nobody keeps a copy of a token. */
export function notStored({ status, body, hop }: Message): Finding | undefined {
  if (!isSuccess(status) || body?.access_token === undefined) return undefined
  const { headers } = answered(hop)!
  const missing = [
    ...(hasDirective(headers['cache-control'], 'no-store') ? [] : ['Cache-Control: no-store']),
    ...(hasDirective(headers.pragma, 'no-cache') ? [] : ['Pragma: no-cache']),
  ]
  if (missing.length === 0) return 'met'
  return {
    expected: 'a token with Cache-Control: no-store and Pragma: no-cache',
    seen: `no ${missing.join(', no ')}`,
  }
}

const hasDirective = (header = '', directive: string) =>
  header.split(',').some((one) => one.trim().toLowerCase() === directive)

/** What was asked for: with a code in the authorization request, of whose answer nobody may have a record. */
export function scopeAsked({
  body,
  response,
  view: { history },
}: TokenRequest): string | 'nothing' | undefined {
  if (body.grant_type === 'authorization_code') {
    const issued = history
      .before(response, 'authorization-response')
      .find(({ body: sent }) => body.code !== undefined && sent?.code === body.code)
    const asked = issued?.of?.body
    if (!asked) return undefined
    return typeof asked.scope === 'string' ? asked.scope : 'nothing'
  }
  if (typeof body.scope === 'string' && body.scope !== '') return body.scope
  return body.grant_type === 'client_credentials' ? 'nothing' : undefined
}

export const sameScopes = (one: string, other: string): boolean =>
  JSON.stringify(scopeTokens(one).sort()) === JSON.stringify(scopeTokens(other).sort())
