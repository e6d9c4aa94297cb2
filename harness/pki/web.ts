/** What a look at certificates fetches: bounded in time and size, from whoever answers, trusted or not. */
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import type { Fetch } from '../../certs/fetch.ts'
import { Unusable } from './unusable.ts'

const TIMEOUT_MS = 10_000
const MAX_BYTES = 1024 * 1024
const MAX_CHAIN = 10

/** For CRLs, OCSP and issuers. */
export const fetchOverHttp: Fetch = async ({ method, url, headers = {}, body, maxBytes, timeoutMs }) => {
  const answer = await ask(new URL(url), { method, headers }, body, timeoutMs)
  return { status: answer.statusCode ?? 0, headers: {}, body: await bodyOf(answer, maxBytes) }
}

/** @throws Unusable */
export async function getText(url: URL): Promise<string> {
  try {
    const answer = await ask(url, { headers: { accept: 'application/json' } }, undefined, TIMEOUT_MS)
    const body = await bodyOf(answer, MAX_BYTES)
    if (answer.statusCode === 200) return body.toString('utf8')
    throw new Error(`it answered ${answer.statusCode} instead of 200`)
  } catch (error) {
    throw new Unusable(url.href, `${(error as Error).message}.`, { cause: error })
  }
}

interface Asking {
  method?: string
  headers: Record<string, string>
}

function ask(
  url: URL,
  asking: Asking,
  body: Buffer | undefined,
  timeoutMs: number,
): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(timeoutMs)
  // Who is asked shows what it has: whether to trust it is said apart.
  const options = { ...asking, signal, lookup, agent: false, rejectUnauthorized: false }
  return new Promise((resolve, reject) => {
    const sent = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
    sent.on('response', resolve).on('error', (error: NodeJS.ErrnoException) => {
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error)
    })
    sent.end(body)
  })
}

async function bodyOf(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > maxBytes) throw new Error(`its answer has more than ${maxBytes} bytes`)
  }
  return Buffer.concat(chunks)
}

export interface TlsChain {
  /** DER, as the server sent them. */
  certificates: Buffer[]
  /** Why this computer would not trust it; undefined when it would. */
  distrusted: string | undefined
}

/** @throws Unusable */
export function tlsChain({ hostname, port, href }: URL): Promise<TlsChain> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      socket.destroy()
      reject(new Unusable(href, why))
    }
    const socket = connect({
      host,
      port: Number(port || 443),
      servername: /^[\d.]+$|:/.test(host) ? '' : host,
      rejectUnauthorized: false,
      lookup,
    })
    socket.setTimeout(TIMEOUT_MS, () => fail(`no TLS handshake within ${TIMEOUT_MS / 1000} s.`))
    socket.on('error', (error) => fail(`${error.message}.`))
    socket.on('secureConnect', () => {
      const distrusted = socket.authorized ? undefined : String(socket.authorizationError)
      resolve({ certificates: sentBy(socket), distrusted })
      socket.destroy()
    })
  })
}

function sentBy(socket: TLSSocket): Buffer[] {
  const sent: Buffer[] = []
  let next = socket.getPeerX509Certificate()
  while (next && sent.length < MAX_CHAIN && !sent.some((one) => one.equals(next!.raw))) {
    sent.push(next.raw)
    next = next.issuerCertificate
  }
  return sent
}

type LookedUp = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

/** Names below localhost are this computer (RFC 6761 6.3), whether or not its resolver knows that. */
function lookup(host: string, options: LookupOptions, done: LookedUp): void {
  dnsLookup(/(^|\.)localhost$/i.test(host) ? 'localhost' : host, options, done)
}
