/** The only place where a request is made. Each request is a hop, and its outbound half is recorded here. */
import { randomBytes } from 'node:crypto'
import type { Fired, Headers, HopId, Phase, ResponseMessage } from '../wire/hop.ts'
import type { Json } from '../wire/json.ts'
import type { createAgent } from './agent.ts'
import { type Exchange, exchange } from './exchange.ts'
import { BodyTap, flatHeaders } from './record.ts'
import type { Runtime } from './runtime.ts'

export interface CallRequest {
  /** GET when left out. */
  method?: string
  url: string
  headers?: Headers
  body?: string | Buffer
  /** Until the last byte of the answer. */
  timeoutMs?: number
  /** A longer answer fails the call. */
  maxBytes?: number
}

export interface CallResponse {
  id: HopId
  status: number
  headers: Headers
  body: Buffer
  text: string
  /** The body as JSON, undefined when it is none. */
  json(): Json | undefined
}

/** No answer, or none that could be read. Redirects are answers: they are never followed. */
export class CallFailed extends Error {
  readonly hop: HopId
  readonly phase: Phase
  readonly code: string

  constructor(message: string, hop: HopId, phase: Phase, code: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CallFailed'
    this.hop = hop
    this.phase = phase
    this.code = code
  }
}

const TIMEOUT_MS = 10_000
const MAX_BYTES = 4 * 1024 * 1024

/** Of a request while somebody waits, to a server that has only so much to say. */
export const BOUNDED = { timeoutMs: 5_000, maxBytes: 64 * 1024 }

export function createCaller(runtime: Runtime): {
  call(request: CallRequest): Promise<CallResponse>
  close(): Promise<void>
} {
  // Loaded when the first request is made: describing an actor takes no HTTP client.
  let agent: ReturnType<typeof createAgent> | undefined
  const connect = async () => {
    const module = await import('./agent.ts')
    agent ??= module.createAgent(runtime)
    return agent
  }

  async function call(request: CallRequest): Promise<CallResponse> {
    const id = randomBytes(8).toString('hex')
    const during = exchange.getStore()
    const trace = during?.trace ?? randomBytes(16).toString('hex')
    const method = request.method ?? 'GET'
    const url = parseUrl(request.url, id)
    const headers: Headers = { ...request.headers, traceparent: `00-${trace}-${id}-01` }
    const sent = new BodyTap()
    if (request.body !== undefined) sent.add(request.body)
    const received = new BodyTap()
    const { request: send, tlsOf, phaseOf } = await connect()
    const startedAt = new Date()
    const began = performance.now()
    const done = runtime.open()
    const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS)
    const signal = during?.signal ? AbortSignal.any([timeout, during.signal]) : timeout
    let head: Pick<ResponseMessage, 'status' | 'headers'> | undefined
    let failure: CallFailed | undefined
    try {
      const answer = await send(url, {
        method,
        headers,
        signal,
        ...(request.body === undefined ? {} : { body: request.body }),
      })
      head = { status: answer.statusCode, headers: flatHeaders(answer.headers) }
      const body = await read(answer.body, received, request.maxBytes ?? MAX_BYTES)
      const text = body.toString('utf8')
      return { id, ...head, body, text, json: () => parseJson(text) }
    } catch (error) {
      failure = asCallFailed(
        error,
        id,
        `${method} ${request.url}`,
        phaseOf(error, head !== undefined),
        signal,
      )
      throw failure
    } finally {
      const fired = during ? firedFor(during) : []
      const tls = tlsOf(url.origin)
      done({
        id,
        side: 'client',
        ...(during?.hop ? { within: during.hop } : {}),
        request: { method, url: url.href, headers: { host: url.host, ...headers }, ...sent.body() },
        ...(head ? { response: { ...head, ...received.body() } } : {}),
        ...(failure ? { error: { code: failure.code, phase: failure.phase, message: failure.message } } : {}),
        ...(tls ? { tls } : {}),
        bytes: { out: sent.bytes, in: received.bytes },
        ...(fired.length > 0 ? { faults: fired } : {}),
        startedAt: startedAt.toISOString(),
        ms: round(performance.now() - began),
      })
    }
  }
  return { call, close: async () => agent?.close() }
}

/** Takes them: a check that was skipped belongs to the request being handled, not to what is asked meanwhile. */
function firedFor({ hop, fired }: Exchange): Fired[] {
  const stays = ({ fault }: Fired) => hop !== undefined && fault.startsWith('skip/')
  const [own, others] = [fired.filter((one) => !stays(one)), fired.filter(stays)]
  fired.splice(0, fired.length, ...others)
  return own
}

function parseUrl(text: string, hop: HopId): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw new CallFailed(`"${text}" is not an http or https URL.`, hop, 'request', 'INVALID_URL')
}

async function read(body: AsyncIterable<Buffer>, tap: BodyTap, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    tap.add(chunk)
    if (tap.bytes > maxBytes) throw new BodyTooLarge(`The answer is longer than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

class BodyTooLarge extends Error {
  code = 'BODY_TOO_LARGE'
}

function asCallFailed(
  error: unknown,
  hop: HopId,
  what: string,
  phase: Phase,
  signal: AbortSignal,
): CallFailed {
  if (signal.aborted) {
    return new CallFailed(`${what} was not answered in time.`, hop, phase, 'TIMEOUT', error)
  }
  // OpenSSL's messages name its source files; its reason is the part for people.
  const {
    code = 'ERROR',
    message,
    reason = message,
  } = error as { code?: string; message: string; reason?: string }
  return new CallFailed(`${what} failed: ${reason}`, hop, phase, code, error)
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

const round = (ms: number) => Math.round(ms * 100) / 100
