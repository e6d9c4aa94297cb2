/** Does a registration stay within what a certification says of its client (UDAP Certifications 1 and 6.5)? */
import { isStrings, type Json, type JsonObject } from '../../../wire/json.ts'
import { scopeTokens } from '../../../wire/oauth.ts'
import { negotiate } from '../token/scopes.ts'

type Within = (limit: Json, asked: Json) => boolean

const same: Within = (limit, asked) => limit === asked

/** Of several values a registration may ask for some only. */
const someOf =
  (matches: (limit: string, asked: string) => boolean): Within =>
  (limit, asked) =>
    isStrings(limit) && isStrings(asked) && asked.every((one) => limit.some((other) => matches(other, one)))

const scopesOf: Within = (limit, asked) => {
  if (typeof limit !== 'string' || typeof asked !== 'string') return false
  const permitted = scopeTokens(limit)
  return scopeTokens(asked).every((token) => !negotiate(token, permitted).refusal)
}

/** The certifier may put `*` for one component of the path or the value of one query parameter. */
function redirectMatches(pattern: string, uri: string): boolean {
  const [limit, asked] = [parts(pattern), parts(uri)]
  return (
    alike(limit.origin, asked.origin, () => false) &&
    alike(limit.path, asked.path, (one, other) => one === '*' && other !== '') &&
    alike(
      limit.query,
      asked.query,
      (one, other) => one.endsWith('=*') && startsLonger(other, one.slice(0, -1)),
    )
  )
}

const startsLonger = (text: string, start: string) => text.startsWith(start) && text.length > start.length

function alike(
  limits: string[],
  asked: string[],
  wildcard: (limit: string, asked: string) => boolean,
): boolean {
  return (
    limits.length === asked.length &&
    limits.every((limit, at) => limit === asked[at] || wildcard(limit, asked[at]!))
  )
}

/** `https:`, nothing and the host are the first three parts between slashes. */
function parts(uri: string): { origin: string[]; path: string[]; query: string[] } {
  const [before, ...query] = uri.split('?')
  const components = before!.split('/')
  return {
    origin: components.slice(0, 3),
    path: components.slice(3),
    query: query.length > 0 ? query.join('?').split('&') : [],
  }
}

const PARAMETERS: Record<string, Within> = {
  client_name: same,
  client_uri: same,
  logo_uri: same,
  tos_uri: same,
  policy_uri: same,
  software_id: same,
  software_version: same,
  token_endpoint_auth_method: same,
  contacts: someOf(same),
  grant_types: someOf(same),
  response_types: someOf(same),
  redirect_uris: someOf(redirectMatches),
  scope: scopesOf,
}

/** The first parameter by which a registration goes beyond a certification; what one of them leaves out cannot. */
export function mismatch(certification: JsonObject, registration: JsonObject): string | undefined {
  return Object.keys(PARAMETERS).find(
    (name) =>
      Object.hasOwn(certification, name) &&
      Object.hasOwn(registration, name) &&
      !PARAMETERS[name]!(certification[name]!, registration[name]!),
  )
}
