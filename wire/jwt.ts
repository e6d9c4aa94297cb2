/** Reads a JWT without trusting it: for display, classification and for finding what is to be checked. */
import { isObject, type JsonObject } from './json.ts'
import { fromBase64url, fromUtf8, parseJson } from './parse.ts'

export interface Jwt {
  header: JsonObject
  claims: JsonObject
  /** Base64url; empty for an unsecured JWT. */
  signature: string
  /** `<header>.<claims>`, the ASCII bytes that the signature covers (RFC 7515 5.1). */
  signingInput: string
}

const maxLength = 256 * 1024

/** JWS compact serialization (RFC 7515 7.1) whose header and payload are JSON objects, up to 256 KiB. */
export function decodeJwt(text: string): Jwt | undefined {
  if (text.length > maxLength) return undefined
  const parts = text.split('.', 4)
  if (parts.length !== 3) return undefined
  const [head, payload, signature] = parts as [string, string, string]
  const header = jsonOf(head)
  const claims = jsonOf(payload)
  if (!header || !claims) return undefined
  if (signature !== '' && !fromBase64url(signature)) return undefined
  return { header, claims, signature, signingInput: `${head}.${payload}` }
}

function jsonOf(segment: string): JsonObject | undefined {
  const bytes = fromBase64url(segment)
  const text = bytes && fromUtf8(bytes)
  const value = text === undefined ? undefined : parseJson(text)
  return isObject(value) ? value : undefined
}
