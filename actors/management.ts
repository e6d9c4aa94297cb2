/**
 * The management port: seam 1 over plain HTTP, for an actor in a process of its own. One process, one actor.
 * It never shares the protocol port, and whoever drives it shows the token.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Observed } from '../wire/hop.ts'
import type { ArmId, Context, FaultUse, JsonObject, Kind, StartedActor } from './actor.ts'
import { type OpenServer, openServer, type ServerAddress } from './listen.ts'
import { actorOf } from './registry.ts'

export interface ManageOptions {
  /** Who shows it may do everything; without it there is `GET /health` only. */
  token: string
  /** Where this port, and the actor's own, listen. */
  address?: string
  /** 0 for a free one. */
  port?: number
  /** The only kind that is started here; any when left out. */
  kind?: Kind
  /** Of the testbed, for `GET /health`. */
  version?: string
  /** The connection that held the lease has closed with the actor not stopped: whoever drove it is gone. */
  leaseEnded?(): void
}

interface Managed {
  options: ManageOptions & { address: string }
  leased: boolean
  /** By whoever holds the lease, or nobody held it yet. */
  stopped: boolean
  open: OpenServer | undefined
  /** True until the actor is started or has failed to start. */
  starting: boolean
  actor: StartedActor | undefined
  /** Recorded and not yet known to have been read. */
  halves: Observed[]
  /** How many were before these. */
  read: number
}

type Answer = JsonObject | Observed[]
type Command = (managed: Managed, input: never, query: URLSearchParams) => Promise<Answer>

/** A connection that stays open is probed so often, as a machine that lost its power says no good-bye. */
const PROBE_MS = 60_000

/** Bodies carry a whole start context with FHIR data. */
const BODY_LIMIT = 32 * 1024 * 1024

class BadCommand extends Error {}

const commands: Record<string, Command> = {
  'POST /open': async (managed, input: { serves: 'https' | 'http' } & ServerAddress) => {
    await managed.open?.close()
    const { serves, ...listening } = input
    managed.open = await openServer(serves, { address: managed.options.address, ...listening })
    return { port: managed.open.port }
  },
  'POST /start': async (managed, input: { kind: string; context: Context; with: JsonObject }) => {
    if (managed.actor || managed.starting) throw new BadCommand('The actor runs already.')
    const { kind } = managed.options
    if (kind !== undefined && input.kind !== kind)
      throw new BadCommand(`What runs here is of kind ${kind}, and not ${input.kind}.`)
    managed.starting = true
    // A new actor counts from 1 again; what the one before may still record is nobody's any more.
    const halves: Observed[] = []
    managed.halves = halves
    managed.read = 0
    try {
      const actor = await actorOf(input.kind)
      const record = (half: Observed) => halves.push(half)
      const host = managed.open ? { server: managed.open.server, record } : { record }
      managed.actor = await actor.start(input.context, input.with, host)
      return { url: managed.actor.url, facts: managed.actor.facts }
    } finally {
      managed.starting = false
    }
  },
  'POST /act': async (managed, input: { action: string; input: JsonObject; timeoutMs: number }) =>
    ({
      ...(await running(managed).act(input.action, input.input, input.timeoutMs)),
    }) as unknown as JsonObject,
  'POST /arm': async (managed, input: { faults: FaultUse[] }) => ({
    id: await running(managed).arm(input.faults),
  }),
  'POST /disarm': async (managed, input: { id: ArmId }) => ({
    fired: (await running(managed).disarm(input.id)).map(({ fault }) => ({ fault })),
  }),
  'POST /settled': async (managed) => {
    await running(managed).settled()
    return {}
  },
  'POST /clock': async (managed, input: { offsetMs: number }) => {
    await running(managed).setClock(input.offsetMs)
    return {}
  },
  'POST /stop': async (managed) => {
    await managed.actor?.stop()
    await managed.open?.close()
    managed.actor = undefined
    managed.open = undefined
    managed.stopped = true
    return {}
  },
  // Sequence numbers count from 1, so a reader that lost its connection asks again from where it was. Who asks
  // from n has read what came before: that is let go, as an actor may run for days.
  'GET /hops': async (managed, _input, query) => {
    const from = query.get('from') ?? '1'
    if (!/^[1-9]\d*$/.test(from)) throw new BadCommand(`"from" must be a sequence number, not "${from}".`)
    managed.read += managed.halves.splice(0, Math.max(0, Number(from) - 1 - managed.read)).length
    return [...managed.halves]
  },
}

function running(managed: Managed): StartedActor {
  if (!managed.actor) throw new BadCommand('The actor is not started.')
  return managed.actor
}

/** Listens; on a free loopback port unless told otherwise. @returns the port, and how to end it */
export async function manage(options: ManageOptions): Promise<{ port: number; close(): Promise<void> }> {
  const { address = '127.0.0.1', port = 0 } = options
  const managed: Managed = {
    options: { ...options, address },
    leased: false,
    stopped: true,
    open: undefined,
    starting: false,
    actor: undefined,
    halves: [],
    read: 0,
  }
  // The harness ends its connections: if this side did, a command could be sent on one that is just ending.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void serve(managed, request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      await managed.actor?.stop()
      await managed.open?.close()
      server.close()
      server.closeAllConnections()
    },
  }
}

async function serve(managed: Managed, request: IncomingMessage, response: ServerResponse) {
  const { token, kind, version } = managed.options
  const url = URL.parse(request.url ?? '', 'http://management')
  const wanted = `${request.method} ${url?.pathname ?? request.url}`
  try {
    const knowsToken = sameToken(request.headers.authorization, token)
    // Others are not to keep a connection: as many as they like would be open for as long as they like.
    if (!knowsToken) response.setHeader('connection', 'close')
    // For whoever only watches whether it lives.
    if (wanted === 'GET /health')
      return answer(response, 200, {
        ok: true,
        node: process.version,
        ...(version !== undefined && { version }),
        ...(kind !== undefined && { kind }),
      })
    if (!knowsToken) return answer(response, 401, { error: 'Wrong token.' })
    if (wanted === 'GET /lease') {
      if (managed.leased) return answer(response, 409, { error: 'Another one holds the lease.' })
      return lease(managed, request, response)
    }
    const command = commands[wanted]
    if (!url || !command) return answer(response, 404, { error: `There is no ${wanted}.` })
    const input = parse(await read(request))
    answer(response, 200, await command(managed, input as never, url.searchParams))
  } catch (error) {
    answer(response, error instanceof BadCommand ? 400 : 500, { error: (error as Error).message })
  }
}

/**
 * Answers at once and stays open: the connection is the lease, so that it ends with whoever holds it. An actor that
 * was stopped before is let go: another run may drive it.
 */
function lease(managed: Managed, request: IncomingMessage, response: ServerResponse): void {
  managed.leased = true
  managed.stopped = false
  request.socket.setKeepAlive(true, PROBE_MS)
  response.on('close', () => {
    managed.leased = false
    if (!managed.stopped) managed.options.leaseEnded?.()
  })
  response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders()
}

/** No body is an empty input. */
function parse(text: string): object {
  if (text === '') return {}
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch (error) {
    throw new BadCommand(`The body is no JSON object: ${(error as Error).message}`)
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new BadCommand(`The body is no JSON object: ${text.slice(0, 50)}`)
  return input
}

function sameToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_LIMIT) throw new BadCommand(`The command is longer than ${BODY_LIMIT} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function answer(response: ServerResponse, status: number, body: Answer | { error: string }): void {
  const lines = Array.isArray(body)
  response.writeHead(status, { 'content-type': lines ? 'application/x-ndjson' : 'application/json' })
  response.end(lines ? body.map((half) => `${JSON.stringify(half)}\n`).join('') : JSON.stringify(body))
}
