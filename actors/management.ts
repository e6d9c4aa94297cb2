/**
 * The management port: seam 1 over plain HTTP, for an actor in a process of its own. One process, one actor.
 * It never shares the protocol port, wants the bearer token of the run, and ends with whoever started it.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Observed } from '../wire/hop.ts'
import type { ArmId, Context, FaultUse, JsonObject, StartedActor } from './actor.ts'
import { type OpenServer, openServer } from './listen.ts'
import { actorOf } from './registry.ts'

interface Managed {
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

/** Bodies carry a whole start context with FHIR data. */
const BODY_LIMIT = 32 * 1024 * 1024

class BadCommand extends Error {}

const commands: Record<string, Command> = {
  'GET /health': async () => ({ ok: true, node: process.version }),
  'POST /open': async (managed, input: { serves: 'https' | 'http'; port?: number }) => {
    await managed.open?.close()
    managed.open = await openServer(input.serves, input.port === undefined ? {} : { port: input.port })
    return { port: managed.open.port }
  },
  'POST /start': async (managed, input: { kind: string; context: Context; with: JsonObject }) => {
    if (managed.actor || managed.starting) throw new BadCommand('The actor runs already.')
    managed.starting = true
    try {
      const actor = await actorOf(input.kind)
      const record = (half: Observed) => managed.halves.push(half)
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

/** Listens on a free loopback port. @returns the port, and how to end it */
export async function manage(token: string): Promise<{ port: number; close(): Promise<void> }> {
  const managed: Managed = { open: undefined, starting: false, actor: undefined, halves: [], read: 0 }
  // The harness ends its connections: if this side did, a command could be sent on one that is just ending.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void serve(managed, token, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
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

async function serve(managed: Managed, token: string, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://management')
  try {
    if (!sameToken(request.headers.authorization, token))
      return answer(response, 401, { error: 'Wrong token.' })
    const command = commands[`${request.method} ${url.pathname}`]
    if (!command) return answer(response, 404, { error: `There is no ${request.method} ${url.pathname}.` })
    const input = parse(await read(request))
    answer(response, 200, await command(managed, input as never, url.searchParams))
  } catch (error) {
    answer(response, error instanceof BadCommand ? 400 : 500, { error: (error as Error).message })
  }
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
