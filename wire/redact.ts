/** Cuts secrets to their first and last 4 characters, for everything that is written for others to read. */
import { isObject, type Json } from './json.ts'

/** Fields of bodies, forms, queries and headers whose values give access. */
const secret =
  /^(access_token|refresh_token|id_token|client_assertion|assertion|software_statement|signed_metadata|certifications|client_secret|password|csrf|code_verifier|id_token_hint|authorization|proxy-authorization|cookie|set-cookie)$/i

const jwt = /\b[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g
const bearer = /\b(Bearer|Basic|DPoP)\s+([^\s,"']+)/gi
const pair =
  /\b(access_token|refresh_token|id_token|client_assertion|software_statement|client_secret|password|csrf|code_verifier|id_token_hint)=([^&\s"']+)/gi
/** An authorization code; `code` of a FHIR coding or search is short, and no secret. */
const code = /\b(code)=([^&\s"']{20,})/g
/** A cookie that only its server reads, wherever it is shown. */
const cookie = /\b(__(?:Host|Secure)-[\w-]+)=([^;,\s"']+)/g
/** The same in a page, where it is a field that nobody sees. */
const hidden = /(name="csrf" value=")([^"]+)/g
/** A terminal would obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]+/g
/** Long enough for 32 random bytes in base64url, too long for a serial number or a UUID. */
const opaque = /[A-Za-z0-9_+-]{43,}={0,2}/g

/** `eyJh…x1Zw`; what is too short to be cut safely disappears. */
export function cut(text: string): string {
  return text.length > 16 ? `${text.slice(0, 4)}…${text.slice(-4)}` : '…'
}

/** A text for people on one line, with everything in it that looks like a credential cut. */
export function redactText(text: string): string {
  return text
    .replace(control, ' ')
    .replace(jwt, (found) => (found.length > 40 ? cut(found) : found))
    .replace(bearer, (_, scheme: string, token: string) => `${scheme} ${cutOnce(token)}`)
    .replace(pair, named)
    .replace(code, named)
    .replace(cookie, named)
    .replace(hidden, (_, field: string, value: string) => `${field}${cutOnce(value)}`)
    .replace(opaque, (found) => (/\d/.test(found) ? cut(found) : found))
}

const named = (_: string, name: string, value: string) => `${name}=${cutOnce(value)}`

/** What another rule has cut stays as it is. */
const cutOnce = (text: string) => (text.includes('…') ? text : cut(text))

/** A value for people: strings under the name of a secret are cut, all others are redacted as text. */
export function redactJson(value: Json, name = ''): Json {
  if (typeof value === 'string') return isSecret(name, value) ? cut(value) : redactText(value)
  if (Array.isArray(value)) return value.map((item) => redactJson(item, name))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactJson(item, key)]))
}

function isSecret(name: string, value: string): boolean {
  return secret.test(name) || (name === 'code' && value.length >= 20)
}
