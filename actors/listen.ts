/** The only place where a server is made. Inbound halves are recorded here, below Fastify: its hooks miss
 * aborted, cut and HEAD answers. */
import { randomBytes } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { Headers, ResponseMessage } from '../wire/hop.ts'
import { exchange } from './exchange.ts'
import { BodyTap, flatHeaders } from './record.ts'
import type { Runtime } from './runtime.ts'
import { serveOtherName, transport } from './transport.ts'

export interface OpenServer {
  server: Server | HttpsServer
  port: number
  /** Ends the server and every connection to it. */
  close(): Promise<void>
}

/** Loopback and any free port when left out. */
export interface ServerAddress {
  address?: string
  port?: number
  /** A second address, at the same port: where containers reach this host. */
  also?: string
}

const BODY_LIMIT = 256 * 1024
const HEADER_LIMIT = 16 * 1024
const REQUEST_TIMEOUT_MS = 30_000
/** Much longer than our callers keep a connection (agent.ts): on a busy machine a request would be sent on one that
 * its server is just ending. */
const KEEP_ALIVE_MS = 60_000

/**
 * Opens a listening socket. A TLS server has no certificate and no handler yet: the actor sets both when it
 * starts, because its certificate can be issued only when its address is known.
 */
export async function openServer(
  serves: 'https' | 'http',
  { address = '127.0.0.1', port = 0, also }: ServerAddress = {},
  tries = 5,
): Promise<OpenServer> {
  const limits = {
    maxHeaderSize: HEADER_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: 10_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    noDelay: true,
  }
  const server =
    serves === 'https' ? createHttpsServer({ ...limits, minVersion: 'TLSv1.2' }) : createHttpServer(limits)
  await listening(server, port, address)
  const open = (server.address() as AddressInfo).port
  // One server has one address: what comes in at the second is handed to it.
  const second = createNetServer({ noDelay: true }, (socket) => server.emit('connection', socket))
  const close = async () => {
    if (second.listening) second.close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
  try {
    if (also !== undefined) await listening(second, open, also)
  } catch (error) {
    await close()
    // Free at the first address is not free at the second, where a connection that goes out may have the port.
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (port === 0 && isTaken && tries > 1) return openServer(serves, { address, also: also! }, tries - 1)
    throw error
  }
  return { server, port: open, close }
}

function listening(server: NetServer, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** What a kind answers to HTTP that never becomes a request. */
export interface MalformedAnswer {
  type: string
  body: string
}

type Malformed = (status: number, message: string) => MalformedAnswer

/**
 * Puts the actor's routes on its open server, and its TLS certificate into it.
 *
 * @param malformed gives the body of an answer to malformed HTTP; empty when left out
 */
export async function listen(
  runtime: Runtime,
  routes: (app: FastifyInstance) => void,
  malformed?: Malformed,
): Promise<void> {
  const server = secured(runtime)
  // Loaded here, because describing an actor takes no HTTP server.
  const { default: Fastify } = await import('fastify')
  const app: FastifyInstance = Fastify({
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 4096 },
    // Not JSON at all, a forbidden key in it and the like are the sender's mistakes: 400 by Fastify.
    onProtoPoisoning: 'error',
    clientErrorHandler: (error, socket) => badRequest(runtime, error, socket as Socket, malformed),
    // A URL that cannot be decoded gets no route: answered as any other error of this actor.
    frameworkErrors: (error, request, reply) => app.errorHandler(error, request, reply),
    serverFactory: (handler) => {
      onRequest(runtime, server, handler)
      return server
    },
  })
  routes(app)
  await app.ready()
}

/** The same for who answers by itself, without routes. */
export function listenRaw(runtime: Runtime, handle: Handler): void {
  const server = secured(runtime)
  server.on('clientError', (error, socket) => badRequest(runtime, error, socket as Socket, undefined))
  onRequest(runtime, server, handle)
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

function secured(runtime: Runtime): Server | HttpsServer {
  const { server } = runtime.host
  if (!server) throw new Error(`${runtime.context.name} serves, but was given no open server.`)
  const { certificate } = runtime.context.tls
  if (certificate) (server as HttpsServer).setSecureContext({ cert: certificate.chain, key: certificate.key })
  serveOtherName(runtime, server as HttpsServer)
  return server
}

function onRequest(runtime: Runtime, server: Server | HttpsServer, handle: Handler): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) =>
    recorded(runtime, request, response, () => handle(request, response)),
  )
}

function recorded(
  runtime: Runtime,
  request: IncomingMessage,
  response: ServerResponse,
  handle: () => void,
): void {
  const startedAt = new Date()
  const began = performance.now()
  const done = runtime.open()
  const [, traceId, traced] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(header(request, 'traceparent')) ?? []
  const here = {
    hop: randomBytes(8).toString('hex'),
    trace: traceId ?? randomBytes(16).toString('hex'),
    fired: [],
    hangUp: () => void response.socket?.destroy(),
  }
  const inbound = new BodyTap()
  const outbound = new BodyTap()
  tapInbound(request, inbound)
  const head = tapHead(response)
  tapOutbound(response, outbound)
  response.on('close', () => {
    const secure = request.socket as Partial<TLSSocket>
    const { encrypted = false } = secure
    done({
      id: here.hop,
      side: 'server',
      ...(traced ? { traced } : {}),
      request: {
        method: request.method ?? '',
        url: `${encrypted ? 'https' : 'http'}://${header(request, 'host')}${request.url ?? ''}`,
        headers: flatHeaders(request.headers),
        ...inbound.body(),
      },
      ...(response.headersSent ? { response: { ...head(), ...outbound.body() } } : {}),
      ...(response.writableFinished ? {} : { error: { code: 'ABORTED', phase: 'aborted' as const } }),
      ...(encrypted ? { tls: { version: secure.getProtocol?.() ?? '', peer: '' } } : {}),
      bytes: { out: outbound.bytes, in: inbound.bytes },
      ...(here.fired.length > 0 ? { faults: here.fired } : {}),
      startedAt: startedAt.toISOString(),
      ms: Math.round((performance.now() - began) * 100) / 100,
    })
  })
  exchange.run(here, () => void transport(runtime, response, handle))
}

function tapInbound(request: IncomingMessage, tap: BodyTap): void {
  const push = request.push.bind(request)
  request.push = (chunk, encoding) => {
    if (chunk !== null && chunk !== undefined) tap.add(chunk as Buffer, encoding)
    return push(chunk, encoding)
  }
}

function tapOutbound(response: ServerResponse, tap: BodyTap): void {
  const bodiless = response.req.method === 'HEAD'
  const add = (chunk: unknown, encoding: unknown) => {
    if (bodiless || chunk === null || chunk === undefined || typeof chunk === 'function') return
    tap.add(chunk as Buffer | string, typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined)
  }
  const write = response.write.bind(response) as (...args: unknown[]) => boolean
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse
  let ending = false
  response.write = (...args: unknown[]) => {
    // end(chunk) calls write(chunk) in some versions of Node: count it once.
    if (!ending) add(args[0], args[1])
    return write(...args)
  }
  response.end = (...args: unknown[]) => {
    if (!ending) add(args[0], args[1])
    ending = true
    return end(...args)
  }
}

/** Headers that are given to writeHead never show up in getHeaders: note them as they pass. */
function tapHead(response: ServerResponse): () => Pick<ResponseMessage, 'status' | 'headers'> {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse
  let given: Headers = {}
  response.writeHead = (...args: unknown[]) => {
    const headers = args.find((arg) => typeof arg === 'object' && arg !== null)
    if (headers && !Array.isArray(headers)) given = flatHeaders(headers as OutgoingHttpHeaders)
    return writeHead(...args)
  }
  return () => ({ status: response.statusCode, headers: { ...flatHeaders(response.getHeaders()), ...given } })
}

/** Malformed HTTP never becomes a request: answered with 400 and recorded as a half without a message. */
function badRequest(
  runtime: Runtime,
  error: NodeJS.ErrnoException,
  socket: Socket,
  malformed: Malformed | undefined,
): void {
  if (socket.writable && error.code !== 'ECONNRESET') {
    const [status, reason, message] =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? ([431, 'Request Header Fields Too Large', 'The URL and the headers are too long.'] as const)
        : ([400, 'Bad Request', 'This is not HTTP.'] as const)
    const { type, body } = malformed?.(status, message) ?? { type: 'text/plain', body: '' }
    socket.end(
      `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\n${body === '' ? '' : `content-type: ${type}\r\n`}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  } else {
    socket.destroy()
  }
  runtime.open()({
    id: randomBytes(8).toString('hex'),
    side: 'server',
    error: { code: error.code ?? 'ERROR', phase: 'request', message: error.message },
    bytes: { out: 0, in: socket.bytesRead },
    startedAt: new Date().toISOString(),
    ms: 0,
  })
}

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}
