/** What a text has encoded in it: URLs, JWTs, base64, PEM. */
import { X509Certificate } from 'node:crypto'
import { isObject, type Json } from '../../wire/json.ts'
import { decodeJwt, type Jwt } from '../../wire/jwt.ts'
import { fromUtf8, parseJson } from '../../wire/parse.ts'

/** Each begins where nothing of it stands before: long texts of another kind are passed once. */
const jwts = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*/g
const urls = /\b(?:https?|wss?):\/\/[^\s"'<>\\^`{|}]+/gi
/** Shorter ones hold no value that would be replaced. */
const runs = /[A-Za-z0-9+/_-]{8,}={0,2}/g
const percents = /(?<![^\s"'<>&=?#,;])[^\s"'<>&=?#,;]*%[0-9a-f]{2}[^\s"'<>&=?#,;]*/gi
const pems = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g

export const replaceUrls = (text: string, by: (url: string) => string): string => text.replace(urls, by)

export const replacePems = (text: string, by: (pem: string) => string): string => text.replace(pems, by)

/** Parts with percent signs, each as it is meant. */
export function replacePercents(text: string, by: (text: string) => string): string {
  return text.replace(percents, (found) => {
    const meant = unescaped(found.replaceAll('+', '%2B'))
    const replaced = meant === found ? found : by(meant)
    return replaced === meant ? found : encodeURIComponent(replaced)
  })
}

export function replaceJwts(text: string, by: (jwt: Jwt) => string): string {
  return text.replace(jwts, (found) => {
    const jwt = decodeJwt(found)
    return jwt ? by(jwt) : found
  })
}

export interface Run {
  text: string
  /** Its bytes; read from its second, third or fourth character where `offset` says so. */
  bytes: Buffer
  offset: number
}

/** @param by the first answer of one of the four readings is taken; none leaves the run as it is */
export function replaceRuns(text: string, by: (run: Run) => string | undefined): string {
  return text.replace(runs, (found) => {
    for (let offset = 0; offset < 4; offset++) {
      const replaced = by({ text: found, bytes: Buffer.from(found.slice(offset), 'base64'), offset })
      if (replaced !== undefined) return replaced
    }
    return found
  })
}

/** As it was encoded. */
export function encodeLike(run: string, text: string): string {
  const url = !/[+/=]/.test(run)
  return Buffer.from(text).toString(url ? 'base64url' : 'base64')
}

/** DER of an X.509 certificate and nothing else. */
export function certificateIn(bytes: Buffer): X509Certificate | undefined {
  // SEQUENCE, length of two bytes or three: anything else is no certificate, and need not be tried.
  if (bytes[0] !== 0x30 || (bytes[1] !== 0x82 && bytes[1] !== 0x83)) return undefined
  try {
    return new X509Certificate(bytes)
  } catch {
    return undefined
  }
}

/** Printable text, or undefined. */
export function textIn(bytes: Buffer): string | undefined {
  const text = fromUtf8(bytes)
  return text !== undefined && !/[^\P{Cc}\t\r\n]/u.test(text) ? text : undefined
}

/** A JSON object or list that a text is, as a whole. */
export function jsonIn(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  const value = parseJson(text)
  return isObject(value) || Array.isArray(value) ? value : undefined
}

/** Pairs of a query or a form, each value as it is meant. Names stay. */
export function replacePairs(text: string, by: (name: string, value: string) => string): string {
  return text
    .split('&')
    .map((pair) => {
      const [name = '', ...rest] = pair.split('=')
      const value = unescaped(rest.join('='))
      const replaced = by(unescaped(name), value)
      return rest.length === 0 || replaced === value ? pair : `${name}=${encodeURIComponent(replaced)}`
    })
    .join('&')
}

export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
