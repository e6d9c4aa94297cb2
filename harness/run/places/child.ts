/**
 * Place `process`: a child process with the management port of one actor (actors/manage.ts). It is in a process
 * group of its own, so that Ctrl-C reaches the harness only, and it ends when its standard input closes, so that
 * it never outlives the harness.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { bounded } from '../bounded.ts'
import { StageBroken } from '../stage-broken.ts'
import type { Running } from './management.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const MANAGE = new URL(`../../../actors/manage.${extension}`, import.meta.url)
const BOOT_MS = 15_000
const END_MS = 2_000
/** Of what the child writes to standard error, so much is kept for the message about its end. */
const STDERR_KEPT = 2_000
/** The child's first line is one short object; a longer one is not ours. */
const FIRST_LINE_MAX = 1_000

export interface ChildOptions {
  /** The program that serves the management port; our own when left out. */
  entry?: URL | undefined
  signal?: AbortSignal | undefined
  /** Until its port is open. */
  bootMs?: number
}

/** @throws StageBroken when the process does not get ready, Interrupted */
export async function launchChild(
  name: string,
  { entry = MANAGE, signal, bootMs = BOOT_MS }: ChildOptions = {},
): Promise<Running> {
  const child = new Child(name, entry)
  const silent = () =>
    new StageBroken(`The process of actor "${name}" did not get ready within ${bootMs / 1000} s.`, name)
  try {
    const origin = await bounded(child.boot(), bootMs, silent, signal)
    return {
      origin,
      token: child.token,
      gone: child.gone,
      kill: () => child.kill(),
      end: () => child.end(),
    }
  } catch (error) {
    await child.end()
    throw error
  }
}

class Child {
  readonly name: string
  readonly token = randomBytes(32).toString('hex')
  readonly gone: Promise<never>
  readonly #process: ChildProcess
  readonly #exited: Promise<void>
  #stderr = ''

  constructor(name: string, entry: URL) {
    this.name = name
    this.#process = spawn(process.execPath, [fileURLToPath(entry)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, UDAP_TESTBED_TOKEN: this.token },
      detached: true,
    })
    const { promise: gone, reject } = Promise.withResolvers<never>()
    gone.catch(() => {})
    this.gone = gone
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
  async boot(): Promise<string> {
    const line = await Promise.race([this.#firstLine(), this.gone])
    const port = portOf(line)
    if (port === undefined) {
      throw new StageBroken(
        `The process of actor "${this.name}" did not say its port, but: ${line.slice(0, 200)}`,
        this.name,
      )
    }
    return `http://127.0.0.1:${port}`
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

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#exited
  }

  /** Asks the process to end, and makes it when it does not. Does not throw. */
  async end(): Promise<void> {
    this.#process.stdin?.end()
    await bounded(this.#exited, END_MS, () => new Error('late')).catch(() => this.#process.kill('SIGKILL'))
    await this.#exited
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
