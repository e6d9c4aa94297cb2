/**
 * Place `process`: the actor lives in a process of its own and is driven over its management port
 * (actors/manage.ts). The child is in a process group of its own, so that Ctrl-C reaches the harness only,
 * and it ends when its standard input closes, so that it never outlives the harness.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import type { Actor, ActResult, Facts, StartedActor } from '../../actors/actor.ts'
import type { Fired, Observed } from '../../wire/hop.ts'
import type { Json } from '../../wire/json.ts'
import { bounded } from './bounded.ts'
import type { Place } from './place.ts'
import { messageOf, StageBroken } from './stage-broken.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const MANAGE = new URL(`../../actors/manage.${extension}`, import.meta.url)
const BOOT_MS = 15_000
const TAKE_MS = 10_000
const STOP_MS = 5_000
const END_MS = 2_000
/** Of what the child writes to standard error, so much is kept for the message about its end. */
const STDERR_KEPT = 2_000
/** The child's first line is one short object; a longer one is not ours. */
const FIRST_LINE_MAX = 1_000

export interface ManagedOptions {
  /** The program that serves the management port; our own when left out. */
  entry?: URL | undefined
  signal?: AbortSignal | undefined
  /** Until its port is open. */
  bootMs?: number
}

/** @throws StageBroken when the process does not get ready */
export async function openManaged(
  name: string,
  actor: Actor,
  { entry = MANAGE, signal, bootMs = BOOT_MS }: ManagedOptions = {},
): Promise<Place> {
  const child = new Child(name, entry)
  const silent = () =>
    new StageBroken(`The process of actor "${name}" did not get ready within ${bootMs / 1000} s.`, name)
  try {
    return place(child, actor, await bounded(open(child, actor), bootMs, silent, signal))
  } catch (error) {
    await child.end()
    throw error
  }
}

async function open(child: Child, actor: Actor): Promise<number> {
  await child.boot()
  if (actor.serves === 'nothing') return 0
  return (await child.post<{ port: number }>('/open', { serves: actor.serves })).port
}

function place(child: Child, actor: Actor, port: number): Place {
  const { name } = child
  let next = 1
  return {
    port,
    start: async (context, w): Promise<StartedActor> => {
      const said = await child.post<{ url: string; facts: Facts }>('/start', {
        kind: actor.kind,
        context,
        with: w,
      })
      return {
        name,
        url: said.url,
        facts: said.facts,
        act: (action, input, timeoutMs) => child.post<ActResult>('/act', { action, input, timeoutMs }),
        arm: async (faults) => (await child.post<{ id: string }>('/arm', { faults })).id,
        disarm: async (id) => (await child.post<{ fired: Fired[] }>('/disarm', { id })).fired,
        settled: () => child.post('/settled', {}),
        setClock: (offsetMs) => child.post('/clock', { offsetMs }),
        stop: () => child.post('/stop', {}),
      }
    },
    take: async () => {
      const text = await bounded(
        child.ask('GET', `/hops?from=${next}`),
        TAKE_MS,
        () =>
          new StageBroken(`Actor "${name}" did not hand out its record within ${TAKE_MS / 1000} s.`, name),
      )
      const halves = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Observed)
      next = (halves.at(-1)?.seq ?? next - 1) + 1
      return halves
    },
    stop: async () => {
      await bounded(child.post('/stop', {}), STOP_MS, () => new Error('late')).catch(() => {})
    },
    close: () => child.end(),
  }
}

/** The child process with the client of its management port. */
class Child {
  readonly name: string
  readonly #process: ChildProcess
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  readonly #token = randomBytes(32).toString('hex')
  /** Rejects when the process has ended; every exchange with it races against this. */
  readonly #gone: Promise<never>
  readonly #exited: Promise<void>
  #stderr = ''
  #origin = ''

  constructor(name: string, entry: URL) {
    this.name = name
    this.#process = spawn(process.execPath, [fileURLToPath(entry)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, UDAP_TESTBED_TOKEN: this.#token },
      detached: true,
    })
    const { promise: gone, reject } = Promise.withResolvers<never>()
    gone.catch(() => {})
    this.#gone = gone
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT)
    })
    // A child that died leaves a broken pipe; its exit says so.
    this.#process.stdin?.on('error', () => {})
    this.#exited = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        reject(new StageBroken(`The process of actor "${name}" could not be started: ${error.message}`, name))
        resolve()
      })
      this.#process.once('close', (code, signal) => {
        const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
        const why = this.#stderr.trim()
        reject(
          new StageBroken(`The process of actor "${name}" ${how}.${why ? ` It wrote: ${why}` : ''}`, name),
        )
        resolve()
      })
    })
  }

  /** Waits for the first line, which says where the management port is. */
  async boot(): Promise<void> {
    const line = await Promise.race([this.#firstLine(), this.#gone])
    const port = portOf(line)
    if (port === undefined) {
      throw new StageBroken(
        `The process of actor "${this.name}" did not say its port, but: ${line.slice(0, 200)}`,
        this.name,
      )
    }
    this.#origin = `http://127.0.0.1:${port}`
  }

  #firstLine(): Promise<string> {
    return new Promise((resolve) => {
      let text = ''
      let found = false
      // Keeps reading after the first line: a full pipe would stop the child.
      this.#process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        if (found) return
        text += chunk
        found = text.includes('\n') || text.length > FIRST_LINE_MAX
        if (found) resolve(text.split('\n', 1)[0] ?? '')
      })
    })
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const text = await this.ask('POST', path, JSON.stringify(body))
    return (text === '' ? {} : JSON.parse(text)) as T
  }

  async ask(method: 'GET' | 'POST', path: string, body?: string): Promise<string> {
    const exchange = this.#exchange(method, path, body)
    exchange.catch(() => {})
    return Promise.race([exchange, this.#gone])
  }

  async #exchange(method: 'GET' | 'POST', path: string, body?: string): Promise<string> {
    let status: number
    let text: string
    try {
      const answer = await request(this.#origin + path, {
        dispatcher: this.#agent,
        method,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      })
      status = answer.statusCode
      text = await answer.body.text()
    } catch (error) {
      // A cut connection mostly means that the process has just died: then its end says more.
      await bounded(this.#gone, 500, () => new Error('alive')).catch((end) => {
        if (end instanceof StageBroken) throw end
      })
      throw new StageBroken(
        `Actor "${this.name}" does not answer at its management port: ${messageOf(error)}`,
        this.name,
      )
    }
    if (status === 401) {
      throw new StageBroken(`Actor "${this.name}" does not accept this run's management token.`, this.name)
    }
    if (status !== 200 && status !== 204) {
      throw new StageBroken(
        `Actor "${this.name}" answered ${status} to ${method} ${path}: ${problem(text)}`,
        this.name,
      )
    }
    return text
  }

  /** Asks the process to end, and makes it when it does not. Does not throw. */
  async end(): Promise<void> {
    this.#process.stdin?.end()
    await bounded(this.#exited, END_MS, () => new Error('late')).catch(() => this.#process.kill('SIGKILL'))
    await this.#exited
    await this.#agent.destroy()
  }
}

function portOf(line: string): number | undefined {
  try {
    const said = JSON.parse(line) as { port?: unknown } | null
    return typeof said?.port === 'number' ? said.port : undefined
  } catch {
    return undefined
  }
}

/** What a management port says in its error body: `{ error }`, or whatever text it is. */
function problem(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: Json }
    return typeof error === 'string' ? error : text.slice(0, 500)
  } catch {
    return text.slice(0, 500)
  }
}
