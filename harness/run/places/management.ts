/** The client of a management port (actors/management.ts). Every exchange ends when the actor's process does. */
import { Agent, request } from 'undici'
import { isObject, type Json } from '../../../wire/json.ts'
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
/** Of what is no answer, so much is shown. */
const SAID_MAX = 200

export class Management {
  readonly #name: string
  readonly #running: Running
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })

  constructor(name: string, running: Running) {
    this.#name = name
    this.#running = running
  }

  /** @param keys that the answer is of no use without */
  async post<T extends object>(path: string, body: unknown, ...keys: (keyof T & string)[]): Promise<T> {
    const text = await this.ask('POST', path, JSON.stringify(body))
    const answer = parsed(text)
    if (!isObject(answer) || keys.some((key) => answer[key] === undefined)) throw this.babble(path, text)
    return answer as T
  }

  /** What came is no answer to what was asked. */
  babble(path: string, text: string): StageBroken {
    const said = text.length > SAID_MAX ? `${text.slice(0, SAID_MAX)}…` : text
    return new StageBroken(`Actor "${this.#name}" answered to ${path} what is no answer: ${said}`, this.#name)
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

/** @returns undefined when it is no JSON */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** What a management port says in its error body: `{ error }`, or whatever text it is. */
function problem(text: string): string {
  const said = parsed(text)
  return isObject(said) && typeof said.error === 'string' ? said.error : text.slice(0, 500)
}
