/** Cuts secrets to their first and last 4 characters, for everything that is written for others to read. */
import { isObject, type Json } from './json.ts'

/** Fields of bodies, forms, queries and headers whose values give access. */
const secret =
  /^(access_token|refresh_token|id_token|client_assertion|assertion|software_statement|signed_metadata|certifications|client_secret|password|code_verifier|authorization|proxy-authorization|cookie|set-cookie)$/i

const jwt = /\b[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g
const bearer = /\b(Bearer|Basic|DPoP)\s+([^\s,"']+)/gi
const pair =
  /\b(access_token|refresh_token|id_token|client_assertion|software_statement|client_secret|password|code_verifier)=([^&\s"']+)/gi
/** An authorization code; `code` of a FHIR coding or search is short, and no secret. */
const code = /\b(code)=([^&\s"']{20,})/g
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
    .replace(
      bearer,
      (_, scheme: string, token: string) => `${scheme} ${token.includes('…') ? token : cut(token)}`,
    )
    .replace(pair, (_, name: string, value: string) => `${name}=${value.includes('…') ? value : cut(value)}`)
    .replace(code, (_, name: string, value: string) => `${name}=${value.includes('…') ? value : cut(value)}`)
    .replace(opaque, (found) => (/\d/.test(found) ? cut(found) : found))
}

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
