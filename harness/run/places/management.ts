/** The client of a management port (actors/management.ts). Every exchange ends when the actor's process does. */
import { Agent, request } from 'undici'
import type { Json } from '../../../wire/json.ts'
import { bounded } from '../bounded.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'

/** A process that serves a management port, wherever it runs. */
export interface Running {
  /** Of its management port. */
  origin: string
  token: string
  /** Rejects with StageBroken, which says how it ended. */
  gone: Promise<never>
  /** Ends it at once, as a crash would; absent where that is not for us to do. */
  kill?(): Promise<void>
  /** Ends it, or lets it go. Does not throw. */
  end(): Promise<void>
  /** Id of its container, if it is in one of ours. */
  container?: string
}

/** A cut connection mostly means that the process has just died: so long its end is waited for, which says more. */
const DEATH_MS = 500

export class Management {
  readonly #name: string
  readonly #running: Running
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })

  constructor(name: string, running: Running) {
    this.#name = name
    this.#running = running
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const text = await this.ask('POST', path, JSON.stringify(body))
    return (text === '' ? {} : JSON.parse(text)) as T
  }

  async ask(method: 'GET' | 'POST', path: string, body?: string): Promise<string> {
    const exchange = this.#exchange(method, path, body)
    exchange.catch(() => {})
    return Promise.race([exchange, this.#running.gone])
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #exchange(method: 'GET' | 'POST', path: string, body?: string): Promise<string> {
    const { origin, token, gone } = this.#running
    const name = this.#name
    let status: number
    let text: string
    try {
      const answer = await request(origin + path, {
        dispatcher: this.#agent,
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      })
      status = answer.statusCode
      text = await answer.body.text()
    } catch (error) {
      await bounded(gone, DEATH_MS, () => new Error('alive')).catch((end) => {
        if (end instanceof StageBroken) throw end
      })
      throw new StageBroken(
        `Actor "${name}" does not answer at its management port: ${messageOf(error)}`,
        name,
      )
    }
    if (status === 401)
      throw new StageBroken(`Actor "${name}" does not accept this run's management token.`, name)
    if (status !== 200 && status !== 204)
      throw new StageBroken(`Actor "${name}" answered ${status} to ${method} ${path}: ${problem(text)}`, name)
    return text
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
