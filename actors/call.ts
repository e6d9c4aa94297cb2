/** The only place where a request is made. Each request is a hop, and its outbound half is recorded here. */
import { randomBytes } from 'node:crypto'
import type { Fired, Headers, HopId, Phase, ResponseMessage } from '../wire/hop.ts'
import type { Json } from '../wire/json.ts'
import type { createAgent } from './agent.ts'
import { ExchangeFailed } from './connect.ts'
import { type Exchange, exchange } from './exchange.ts'
import { BodyTap } from './record.ts'
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
    const { ask, tlsOf } = await connect()
    const startedAt = new Date()
    const began = performance.now()
    const done = runtime.open()
    const timeoutMs = request.timeoutMs ?? TIMEOUT_MS
    const limit = AbortSignal.timeout(timeoutMs)
    const signal = during?.signal ? AbortSignal.any([limit, during.signal]) : limit
    const { body } = request
    const taking = taker(received, request.maxBytes ?? MAX_BYTES)
    let failure: CallFailed | undefined
    try {
      await ask(url, { method, headers, signal, ...(body === undefined ? {} : { body }) }, taking)
      const text = taking.bytes().toString('utf8')
      return { id, ...taking.answer!, body: taking.bytes(), text, json: () => parseJson(text) }
    } catch (error) {
      if (!(error instanceof ExchangeFailed)) throw error
      const { phase } = error
      const why = signal.aborted
        ? { code: 'TIMEOUT', message: late(phase, limit.aborted ? timeoutMs : undefined) }
        : { code: error.code, message: `failed: ${error.message}` }
      failure = new CallFailed(`${method} ${request.url} ${why.message}`, id, phase, why.code, error)
      throw failure
    } finally {
      const fired = during ? firedFor(during) : []
      const tls = tlsOf(url.origin)
      done({
        id,
        side: 'client',
        ...(during?.hop ? { within: during.hop } : {}),
        request: { method, url: url.href, headers: { host: url.host, ...headers }, ...sent.body() },
        ...(taking.answer ? { response: { ...taking.answer, ...received.body() } } : {}),
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

/** What an answer is made of, as it comes: recorded, and held until it is whole. */
function taker(tap: BodyTap, maxBytes: number) {
  const chunks: Buffer[] = []
  const taken = {
    answer: undefined as Pick<ResponseMessage, 'status' | 'headers'> | undefined,
    bytes: () => Buffer.concat(chunks),
    head: (status: number, headers: Headers) => {
      taken.answer = { status, headers }
    },
    data: (chunk: Buffer) => {
      tap.add(chunk)
      if (tap.bytes > maxBytes)
        throw new ExchangeFailed('body', 'BODY_TOO_LARGE', `the answer is longer than ${maxBytes} bytes`)
      chunks.push(chunk)
    },
  }
  return taken
}

const missing: Partial<Record<Phase, string>> = {
  dns: 'its host name was not resolved',
  connect: 'no connection came to stand',
  tls: 'the TLS handshake did not end',
  headers: 'no headers came',
  body: 'the answer did not come to its end',
}

/** @param limitMs of the call; undefined where the step was over first */
function late(phase: Phase, limitMs: number | undefined): string {
  const what = missing[phase] ?? 'it was not sent'
  return `was not answered in time: ${what} ${limitMs === undefined ? 'before the step was over' : `within ${limitMs / 1000} s`}.`
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

const round = (ms: number) => Math.round(ms * 100) / 100
