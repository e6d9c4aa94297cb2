/** How chain validation reaches issuer certificates, CRLs and OCSP responders: through whoever calls it, bounded. */

export type Fetch = (request: {
  method: 'GET' | 'POST'
  url: string
  headers?: Record<string, string>
  body?: Buffer
  maxBytes: number
  timeoutMs: number
}) => Promise<{ status: number; headers: Record<string, string>; body: Buffer }>

export interface Fetcher {
  /** @throws Error whose message says what went wrong, naming the URL */
  get(url: string, maxBytes: number): Promise<Buffer>
  post(url: string, contentType: string, body: Buffer, maxBytes: number): Promise<Buffer>
}

const MAX_URL_LENGTH = 2048
const MAX_FETCHES = 24
const FETCH_TIMEOUT_MS = 3_000
const WHOLE_TIMEOUT_MS = 10_000

/**
 * Wraps the caller's fetch for one validation: plain HTTP only (RFC 5280 8: HTTPS here would need revocation
 * checks to do revocation checks), no redirects, few requests, and an end to the whole.
 */
export function boundedFetcher(fetch: Fetch): Fetcher {
  const deadline = performance.now() + WHOLE_TIMEOUT_MS
  let fetches = 0
  async function request(
    url: string,
    maxBytes: number,
    rest: Pick<Parameters<Fetch>[0], 'method' | 'headers' | 'body'>,
  ) {
    if (url.length > MAX_URL_LENGTH || !URL.canParse(url) || new URL(url).protocol !== 'http:') {
      throw new Error(`"${url.slice(0, 100)}" is not an http URL that can be used`)
    }
    if (++fetches > MAX_FETCHES) throw new Error(`more than ${MAX_FETCHES} fetches would be needed`)
    const timeoutMs = Math.min(FETCH_TIMEOUT_MS, Math.floor(deadline - performance.now()))
    if (timeoutMs <= 0) throw new Error(`there was no time left to fetch ${url}`)
    const answer = await fetch({ url, maxBytes, timeoutMs, ...rest }).catch((error: Error) => {
      throw new Error(`${url} gave no answer (${error.message})`)
    })
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status} instead of 200`)
    if (answer.body.length > maxBytes) throw new Error(`${url} answered with more than ${maxBytes} bytes`)
    return answer.body
  }
  return {
    get: (url, maxBytes) => request(url, maxBytes, { method: 'GET' }),
    post: (url, contentType, body, maxBytes) =>
      request(url, maxBytes, { method: 'POST', headers: { 'content-type': contentType }, body }),
  }
}
