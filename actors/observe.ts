/**
 * Stands in front of a system elsewhere: hands everything on to it and back as it comes, and records it as that
 * system's half. What it asks the system is no hop of its own.
 */
import {
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { Actor, Context, Facts, Host, StartedActor } from './actor.ts'
import { createConnector } from './connect.ts'
import { listenRaw } from './listen.ts'
import { hostOf, isLocalName, portOf } from './proxy.ts'
import { secureContextOf } from './roots.ts'
import { createRuntime, started } from './runtime.ts'

/** Until it has said something, and between two pieces of what it says. */
const QUIET_MS = 30_000
/** Of one message, in each direction. */
const MAX_BYTES = 64 * 1024 * 1024

export interface Observed {
  /** Its origin: paths are handed on as they come. */
  upstream: string
  facts: Facts
}

export function observe(
  actor: Actor,
  context: Context,
  host: Host,
  { upstream, facts }: Observed,
): StartedActor {
  const runtime = createRuntime(actor, context, host)
  const there = new URL(upstream)
  const { port, protocol, origin } = there
  const hostname = hostOf(there)
  const own = hostOf(new URL(context.url))
  const send = protocol === 'https:' ? requestHttps : requestHttp
  const to = {
    protocol,
    hostname: reachedAt(hostname),
    port,
    secureContext: secureContextOf(context.tls),
    // It is the system of that name, wherever it is reached.
    ...(isIP(own) === 0 && { servername: own }),
    // Its certificate may name where it is reached instead.
    checkServerIdentity: (_: string, certificate: PeerCertificate) =>
      checkServerIdentity(own, certificate) && checkServerIdentity(hostname, certificate),
    timeout: QUIET_MS,
    agent: false as const,
    setHost: false,
  }
  listenRaw(runtime, (request, response) => {
    const { method, url: path } = request
    const asking = send({ ...to, method, path, headers: asked(request) })
    handOn(request, response, asking, origin)
  })
  return started(runtime, { facts, actions: {} })
}

/**
 * Looks at its TLS certificate once, which may be for its own name or for where it is reached: one that is not trusted
 * would be said of every hop, as if it had answered so.
 *
 * @throws ExchangeFailed
 */
export async function reachTls(upstream: string, { url, tls }: Pick<Context, 'url' | 'tls'>): Promise<void> {
  const there = new URL(upstream)
  if (there.protocol !== 'https:') return
  const own = new URL(`https://${new URL(url).host}`)
  const addresses = { [`${own.hostname}:${portOf(own)}`]: `${there.hostname}:${portOf(there)}` }
  const connector = createConnector({ tls, addresses })
  const socket = await connector.open(own).catch(() => connector.open(there))
  socket.destroy()
}

/** As everywhere here, names below localhost are this machine, which not every resolver knows. */
export const reachedAt = (hostname: string): string =>
  isLocalName(hostname) ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '')

function handOn(request: IncomingMessage, response: ServerResponse, asking: ClientRequest, to: string): void {
  const fail = (error: Error) => {
    asking.destroy()
    if (response.headersSent) return void response.destroy()
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    response
      .writeHead(502, 'Bad Gateway', { 'content-type': 'text/plain' })
      .end(`${to} does not answer: ${error.message}\n`)
  }
  asking.on('timeout', () => fail(new Error(`nothing came for ${QUIET_MS / 1000} s`)))
  asking.on('error', fail)
  asking.on('upgrade', ({ statusCode }) =>
    fail(new Error(`it changes the protocol (${statusCode}), which nobody asked for`)),
  )
  asking.on('response', (answer) => {
    answer.on('error', fail)
    try {
      repeatHead(answer, response)
    } catch (error) {
      return fail(error as Error)
    }
    limited(answer, fail)
    answer.pipe(response)
  })
  // Whoever hangs up waits for nothing any more.
  response.on('close', () => asking.destroy())
  request.on('error', fail)
  limited(request, fail)
  request.pipe(asking)
}

/** @throws where Node reads what it does not write */
function repeatHead(
  { rawHeaders, statusCode = 0, statusMessage }: IncomingMessage,
  response: ServerResponse,
): void {
  if (statusCode < 200) throw new Error(`its status is ${statusCode}`)
  for (const [name, value] of pairs(endToEnd(rawHeaders))) response.appendHeader(name, value)
  response.writeHead(statusCode, statusMessage)
}

function limited(message: IncomingMessage, fail: (error: Error) => void): void {
  let bytes = 0
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_BYTES) fail(new Error(`a message of more than ${MAX_BYTES} bytes is not handed on`))
  })
}

/** These are between two neighbours (RFC 9110 7.6.1); the answer to expect came from here. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]

/** These are never between two neighbours, whatever Connection names. */
const always = ['host', 'content-length']

/**
 * What the system gets. Without its framing a body, which any method may have, would look like a request of its own;
 * and nobody could judge an answer that is compressed.
 */
function asked({ rawHeaders, headers }: IncomingMessage): string[] {
  const own = pairs(endToEnd(rawHeaders)).filter(([name]) => name.toLowerCase() !== 'accept-encoding')
  const isChunked = headers['transfer-encoding'] !== undefined
  return [
    ...own.flat(),
    ...['accept-encoding', 'identity'],
    ...(isChunked ? ['transfer-encoding', 'chunked'] : []),
  ]
}

/** Names and values in turn, as they came, without what Connection names and itself. */
function endToEnd(raw: string[]): string[] {
  const named = pairs(raw)
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(/\s*,\s*/))
    .filter((name) => !always.includes(name))
  return pairs(raw)
    .filter(([name]) => ![...hopByHop, ...named].includes(name.toLowerCase()))
    .flat()
}

const pairs = (raw: string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!])
