/** JWTs of every kind that the guide has, and what RFC 7515 and RFC 7519 ask of all of them. */
import { isStrings, type Json, type JsonObject } from '../../../../wire/json.ts'
import type { Jwt } from '../../../../wire/jwt.ts'
import { fromBase64, fromBase64url, fromUtf8, repeatsMember } from '../../../../wire/parse.ts'
import type { Message, MessageKind } from '../../message.ts'
import type { View } from '../../rule.ts'
import { words } from '../../words.ts'

export const jwtKinds: MessageKind[] = [
  'software-statement',
  'certification',
  'client-assertion',
  'signed-metadata',
  'id-token',
]

/** An ID token is one of the guide's where an identity provider gives it to who registered with it (6.2). */
export const isOfGuide = ({ kind, author, reader }: Message, { history }: View): boolean =>
  kind !== 'id-token' ||
  (history.kindOf(author) === 'identity-provider' && history.kindOf(reader) !== 'client-app')

/** The JSON text of header or claims, as it was signed. */
function partOf({ signingInput }: Jwt, index: 0 | 1): string {
  const bytes = fromBase64url(signingInput.split('.')[index]!)
  return (bytes && fromUtf8(bytes)) ?? ''
}

/** RFC 7519 4, RFC 7515 4: a reader may take either of two. */
export function repeatedName(jwt: Jwt): string | undefined {
  if (repeatsMember(partOf(jwt, 0))) return 'a header parameter that comes twice'
  return repeatsMember(partOf(jwt, 1)) ? 'a claim that comes twice' : undefined
}

/** RFC 7515 4.1.11. */
export function wrongCrit({ crit, ...header }: JsonObject): string | undefined {
  if (crit === undefined) return undefined
  if (!isStrings(crit) || crit.length === 0) return `crit ${words(crit)}`
  const absent = crit.find((name) => !Object.hasOwn(header, name))
  return absent === undefined ? undefined : `crit with ${words(absent)}, which is not in the header`
}

/** RFC 7515 4.1: what each header parameter holds. */
export function wrongHeader({ alg, x5c, kid, typ, jku }: JsonObject): string | undefined {
  if (typeof alg !== 'string') return `alg ${words(alg)}`
  if (x5c !== undefined && !(isStrings(x5c) && x5c.length > 0 && x5c.every(fromBase64)))
    return 'x5c that is no array of certificates in base64'
  const text = Object.entries({ kid, typ, jku }).find(
    ([, value]) => value !== undefined && typeof value !== 'string',
  )
  return text && `${text[0]} ${words(text[1])}`
}

/** RFC 7519 4.1: what each claim holds. */
export function wrongClaim(claims: JsonObject): string | undefined {
  const { aud } = claims
  const wrong = [
    ...['exp', 'nbf', 'iat'].filter((name) => !isAbsent(claims[name]) && typeof claims[name] !== 'number'),
    ...['iss', 'sub'].filter((name) => !isAbsent(claims[name]) && !isStringOrUri(claims[name])),
    ...(isAbsent(aud) || [aud].flat().every(isStringOrUri) ? [] : ['aud']),
    ...(isAbsent(claims.jti) || typeof claims.jti === 'string' ? [] : ['jti']),
  ][0]
  return wrong && `${wrong} ${words(claims[wrong])}`
}

const isAbsent = (value: Json | undefined): boolean => value === undefined

/** RFC 7519 2: what has a colon in it is a URI. */
const isStringOrUri = (value: Json | undefined): boolean =>
  typeof value === 'string' && (!value.includes(':') || /^[A-Za-z][A-Za-z0-9+.-]*:\S*$/.test(value))

/** Those that readers must understand. */
export const critical = ({ header: { crit } }: Jwt): string[] => (isStrings(crit) ? crit : [])
