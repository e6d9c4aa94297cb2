/** What must hold of every ID token, whoever it is for (OpenID Connect Core 2 and 3.1.3.7). */
import { isStrings, type JsonObject } from '../../wire/json.ts'
import { fromBase64url, repeatsMember } from '../../wire/parse.ts'

/** Older than that, it was not made for this sign-in. */
export const MAX_AGE_S = 24 * 3600
export const MAX_SUBJECT_LENGTH = 255

/** RFC 7515 4, RFC 7519 4: which one of two counts would depend on who reads it. */
export function repeatsName(compact: string): boolean {
  const parts = compact.split('.', 2).map((part) => fromBase64url(part)?.toString('utf8') ?? '')
  return parts.some(repeatsMember)
}

export function hasAudience({ aud }: JsonObject, clientId: string): boolean {
  return isStrings(aud) ? aud.includes(clientId) : aud === clientId
}

/** The one that asked for it, which must be named beside others. */
export function hasAuthorizedParty({ aud, azp }: JsonObject, clientId: string): boolean {
  const several = Array.isArray(aud) && aud.length > 1
  return azp === undefined ? !several : azp === clientId
}

export function hasSubject({ sub }: JsonObject): boolean {
  return typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_LENGTH
}
