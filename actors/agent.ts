/** The connections of one actor, kept for its next requests, and one request on them. */
import { Agent } from 'undici'
import type { Headers, Phase } from '../wire/hop.ts'
import { createConnector, ExchangeFailed, type TlsFacts } from './connect.ts'
import { nameOf, proxyFor } from './proxy.ts'
import { flatHeaders } from './record.ts'
import type { Runtime } from './runtime.ts'
import { credentialsFor, refused } from './tunnel.ts'

/** That a connection is kept for another request. Shorter than any server keeps one: what meets a connection that is
 * just ending is lost, and cannot be sent again, as it may have arrived. */
export const IDLE_MS = 2_000
const MAX_HEADER_BYTES = 32 * 1024

export interface Asked {
  method: string
  headers: Headers
  body?: string | Buffer
  signal: AbortSignal
}

/** What is done with an answer as it comes. What these throw ends it. */
export interface Seen {
  head(status: number, headers: Headers): void
  data(chunk: Buffer): void
}

/** An agent of its own for each actor, so that no connection and no trust is shared between actors. */
export function createAgent({ context }: Pick<Runtime, 'context'>) {
  const connector = createConnector(context)
  const agent = new Agent({
    connect: ({ protocol, host, hostname }, callback) =>
      void connector.open(new URL(`${protocol}//${host ?? hostname}`)).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      ),
    // Whoever asks has a time of their own for all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  })

  /** Resolves when the answer has come whole. @throws ExchangeFailed */
  async function ask(url: URL, { signal, headers, ...asked }: Asked, seen: Seen): Promise<void> {
    // What needs no TLS a proxy is asked for by its whole URL (RFC 9112 3.2.2).
    const proxy = url.protocol === 'http:' ? proxyFor(context, url) : undefined
    const origin = proxy?.origin ?? url.origin
    const path = url.pathname + url.search
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let phase: Phase | undefined
    let abort = (_reason: Error) => {}
    const fail = (error: Error) =>
      reject(asFailed(error, phase ?? connector.phaseOf(origin) ?? 'connect', proxy))
    const giveUp = () => {
      fail(signal.reason)
      abort(signal.reason)
    }
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    agent.dispatch(
      {
        ...asked,
        origin,
        path: proxy ? url.origin + path : path,
        headers: proxy ? { ...headers, host: url.host, ...credentialsFor(proxy) } : headers,
      },
      {
        onRequestStart: (controller) => {
          abort = (reason) => controller.abort(reason)
          if (signal.aborted) abort(signal.reason)
          phase = 'headers'
        },
        onResponseStart: (_, status, raw) => {
          // Early hints and the like (RFC 9110 15.2).
          if (status < 200) return
          if (proxy && status === 407) throw refused(proxy, status, `to ${url.host}`)
          phase = 'body'
          seen.head(status, flatHeaders(raw))
        },
        onResponseData: (_, chunk) => seen.data(chunk),
        onResponseEnd: () => resolve(),
        onResponseError: (_, error) => fail(error),
      },
    )
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  return {
    ask,
    tlsOf: (origin: string): TlsFacts | undefined => connector.tlsOf(origin),
    close: async () => {
      // First, as a request that was given up still waits for its connection.
      connector.close()
      await agent.close()
    },
  }
}

/** Where it is the proxy that nothing came from. */
const early: Phase[] = ['dns', 'connect', 'tls']

function asFailed(error: Error, phase: Phase, proxy: URL | undefined): ExchangeFailed {
  const { code = 'ERROR', message } = error as NodeJS.ErrnoException
  if (error instanceof ExchangeFailed) {
    if (!proxy || !early.includes(error.phase)) return error
    return new ExchangeFailed(error.phase, code, `the proxy ${nameOf(proxy)} cannot be reached: ${message}`)
  }
  // A header that HTTP does not have, and the like: it was never sent.
  if (code === 'UND_ERR_INVALID_ARG') return new ExchangeFailed('request', code, message, error)
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    const why = `the headers of the answer are longer than ${MAX_HEADER_BYTES / 1024} KiB`
    return new ExchangeFailed(phase, code, why, error)
  }
  return new ExchangeFailed(phase, code, message, error)
}
