/** URLs: the query of one that came, and one that goes out with its query, in a header. */

/** Without the question mark; empty when there is none. */
export function queryOf(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}

/** A query that the URI has already is kept (RFC 6749 3.1, 3.1.2). */
export function withQuery(uri: string, parameters: Record<string, string>): string {
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`
}

/** As the Location header can hold it, which is ASCII: the URL may be one that another party registered or published. */
export const locationOf = (url: string): string => url.toWellFormed().replace(/[^!-~]+/g, encodeURIComponent)
