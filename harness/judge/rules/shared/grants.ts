/** What grant types bring with them, in a software statement and in a certification (guide 3.1, 7.4.1). */
import { isStrings, type JsonObject } from '../../../../wire/json.ts'
import { scopeTokens } from '../../../../wire/oauth.ts'
import type { Finding } from '../../rule.ts'
import { words } from '../../words.ts'

/** `undefined` when they cannot be read; an empty list cancels (3.4), so that nothing follows from it. */
function grantsIn({ grant_types }: JsonObject): string[] | undefined {
  return isStrings(grant_types) && grant_types.length > 0 ? grant_types : undefined
}

/** Is it for the authorization code grant? */
export const isForCode = (claims: JsonObject): boolean | undefined =>
  grantsIn(claims)?.includes('authorization_code')

export function oneFlow({ grant_types }: JsonObject): Finding {
  const flows = ['authorization_code', 'client_credentials']
  if (isStrings(grant_types) && flows.filter((flow) => grant_types.includes(flow)).length === 1) return 'met'
  return {
    expected: 'grant_types an array with either authorization_code or client_credentials',
    seen: words(grant_types),
  }
}

export function refreshWithCode(claims: JsonObject): Finding | undefined {
  const grants = grantsIn(claims)
  if (!grants) return undefined
  if (!grants.includes('refresh_token') || grants.includes('authorization_code')) return 'met'
  return { expected: 'refresh_token only beside authorization_code', seen: `grant_types ${words(grants)}` }
}

export function codeResponse(claims: JsonObject): Finding | undefined {
  if (!isForCode(claims)) return undefined
  const types = claims.response_types
  if (isStrings(types) && types.length === 1 && types[0] === 'code') return 'met'
  return { expected: 'response_types ["code"] with authorization_code', seen: words(types) }
}

/** @param name of a claim that is for the authorization code grant alone */
export function onlyWithCode(claims: JsonObject, name: string): Finding | undefined {
  if (isForCode(claims) !== false) return undefined
  if (!Object.hasOwn(claims, name)) return 'met'
  return { expected: `no ${name} without authorization_code`, seen: words(claims[name]) }
}

/** Scopes as SMART App Launch writes them: of a system, or of a person. Who has none of them need not know SMART. */
export function smartScopes(claims: JsonObject, code: boolean): Finding | undefined {
  const { scope } = claims
  if (isForCode(claims) !== code || typeof scope !== 'string') return undefined
  const smart = scopeTokens(scope).filter((token) => /^(system|user|patient)\//.test(token))
  if (smart.length === 0) return undefined
  const isOfPerson = (token: string) => !token.startsWith('system/')
  if (smart.some((token) => isOfPerson(token) === code)) return 'met'
  return code
    ? { expected: 'user or patient scopes with authorization_code', seen: words(scope) }
    : { expected: 'system scopes with client_credentials', seen: words(scope) }
}
