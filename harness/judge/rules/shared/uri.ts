/** URI syntax and normalisation (RFC 3986 6.2), as far as the guide needs it (7.1.5). */
import type { Json } from '../../../../wire/json.ts'

/** RFC 3986 3: a scheme, a colon, and no character that a URI cannot have. */
export const isUri = (value: Json): value is string =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/.test(value)

/**
 * In lower-case scheme and host, without the default port, without dot segments, with one form of what is
 * percent-encoded, and without a slash at the end.
 */
export function normalized(text: string): string {
  return URL.canParse(text) ? canonical(text).replace(/\/$/, '') : text
}

/**
 * Why a URI is not written in its normal form. An empty path beside "/" is no reason: identifiers are commonly
 * written without it.
 */
export function unnormalized(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const normal = canonical(text)
  return [text, `${text}/`].includes(normal) ? undefined : normal
}

/** As URL writes it, and unreserved characters never percent-encoded, the rest in capitals (RFC 3986 6.2.2). */
function canonical(text: string): string {
  return new URL(text).href.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded.toUpperCase()
  })
}
