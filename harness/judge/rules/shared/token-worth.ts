/** What an access token opens, by what was said when it was issued (RFC 6749 5.1, 7). */

import { decodeJwt } from '../../../../wire/jwt.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import { type History, responseWithCode, responseWithToken } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import { SKEW_S } from './skew.ts'
import { smartScope } from './smart-scopes.ts'

/**
 * Seconds since the token ran out, by its own exp and by expires_in; undefined when it has not.
 * @param at by the clock of who is asked there
 */
export function expiredSinceS(token: string, at: Message, history: History): number | undefined {
  const issued = responseWithToken(token, at, history)
  const { expires_in } = issued?.body ?? {}
  const exp = decodeJwt(token)?.claims.exp
  const ends = [
    ...(typeof exp === 'number' ? [exp] : []),
    ...(issued && typeof expires_in === 'number' ? [clockMs(issued.hop, 'to') / 1000 + expires_in] : []),
  ]
  const ago = Math.round(clockMs(at.hop, 'to') / 1000 - Math.min(...ends))
  return ago > SKEW_S ? ago : undefined
}

/** Scopes that open no resource. */
const others =
  /^(openid|profile|email|address|phone|fhirUser|udap|offline_access|online_access|launch(\/.*)?)$/

/** The scope of the token, when none of it lets do what is asked for; undefined when that cannot be told. */
export function scopeShortOf(
  token: string,
  request: Message,
  base: string,
  history: History,
): string | undefined {
  const issued = responseWithToken(token, request, history)
  const asked = issued?.of?.body
  const scope =
    issued?.body?.scope ??
    asked?.scope ??
    (issued?.of && responseWithCode(asked?.code, issued.of, history)?.of?.body?.scope)
  const wanted = interactionOf(request, base)
  if (typeof scope !== 'string' || !wanted) return undefined
  const tokens = scopeTokens(scope).filter((one) => !others.test(one))
  const smart = tokens.flatMap((one) => smartScope(one) ?? [])
  // What another sort of scope opens, only its server knows.
  if (smart.length < tokens.length) return undefined
  const opens = smart.some(
    ({ type, permissions }) =>
      (type === '*' || type === wanted.type) && permissions.includes(wanted.permission),
  )
  return opens ? undefined : scope
}

/** What is done with one type of resource (FHIR R4 3.1.0); an operation such as `$match` needs what its server says. */
function interactionOf({ hop }: Message, base: string): { type: string; permission: string } | undefined {
  const { url = '', method } = hop.request ?? {}
  if (!URL.canParse(url) || !url.startsWith(`${base}/`)) return undefined
  const [, type, rest] =
    /^([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9.-]+|_search))?$/.exec(
      url.slice(base.length + 1).split(/[?#]/, 1)[0]!,
    ) ?? []
  if (!type) return undefined
  if (method === 'GET') return { type, permission: rest === undefined ? 's' : 'r' }
  if (method === 'PUT' && rest !== undefined) return { type, permission: 'u' }
  if (method !== 'POST') return undefined
  if (rest === '_search') return { type, permission: 's' }
  return rest === undefined ? { type, permission: 'c' } : undefined
}
