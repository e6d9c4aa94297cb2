/** Worker processes: each gets cases over IPC and sends back what happens in them. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PlanCase } from '../plan/plan.ts'
import type { StageCase } from '../trace/trace.ts'
import { bounded } from './bounded.ts'
import type { Emit } from './events.ts'
import type { FromWorker, ToWorker, WorkerInit } from './worker.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const ENTRY = new URL(`./worker.${extension}`, import.meta.url)
const BOOT_MS = 20_000
const END_MS = 3_000
const STDERR_KEPT = 2_000

/** The worker process ended before its work was done. */
export class WorkerGone extends Error {
  override name = 'WorkerGone'
}

export interface Workers {
  /** One a worker. Rejects with WorkerGone when it has ended. */
  run: ((planCase: PlanCase) => Promise<StageCase>)[]
  close(): Promise<void>
}

export async function startWorkers(
  count: number,
  init: WorkerInit,
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<Workers> {
  const workers = Array.from({ length: count }, (_, index) => new Worker(index + 1, emit))
  const interrupt = () => {
    for (const worker of workers) worker.tell({ interrupt: true })
  }
  const close = async () => {
    signal?.removeEventListener('abort', interrupt)
    await Promise.all(workers.map((worker) => worker.end()))
  }
  try {
    await Promise.all(workers.map((worker) => worker.boot(init)))
  } catch (error) {
    await close()
    throw error
  }
  if (signal?.aborted) interrupt()
  signal?.addEventListener('abort', interrupt, { once: true })
  return { run: workers.map((worker) => (planCase) => worker.run(planCase)), close }
}

class Worker {
  readonly #number: number
  readonly #process: ChildProcess
  readonly #exited: Promise<void>
  readonly #ready = Promise.withResolvers<void>()
  readonly #open = new Map<string, PromiseWithResolvers<StageCase>>()
  #gone: WorkerGone | undefined
  #stderr = ''

  constructor(number: number, emit: Emit) {
    this.#number = number
    // A process group of its own, so that Ctrl-C reaches the parent only, which then tells its workers.
    this.#process = fork(fileURLToPath(ENTRY), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
      execArgv: [],
    })
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT)
    })
    this.#process.on('message', (message: FromWorker) => this.#hear(message, emit))
    this.#ready.promise.catch(() => {})
    this.#exited = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#end(`could not be started: ${error.message}`, resolve))
      // Not `close`: it does not come after this end has disconnected the channel.
      this.#process.once('exit', (code, by) => {
        const end = () => this.#end(by ? `was ended by ${by}` : `ended with code ${code}`, resolve)
        const { stderr } = this.#process
        if (!stderr || stderr.readableEnded) end()
        else stderr.once('close', end)
      })
    })
  }

  async boot(init: WorkerInit): Promise<void> {
    this.tell({ init })
    const late = () =>
      new WorkerGone(`Worker process ${this.#number} was not ready within ${BOOT_MS / 1000} s.`)
    await bounded(this.#ready.promise, BOOT_MS, late)
  }

  run(planCase: PlanCase): Promise<StageCase> {
    if (this.#gone) return Promise.reject(this.#gone)
    const ran = Promise.withResolvers<StageCase>()
    this.#open.set(planCase.id, ran)
    this.tell({ run: planCase })
    return ran.promise
  }

  tell(message: ToWorker): void {
    // A worker that has just died is heard of by its exit.
    if (this.#process.connected) this.#process.send(message, () => {})
  }

  /** Closes the channel, at which the process ends; makes it when it does not. Does not throw. */
  async end(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect()
    await bounded(this.#exited, END_MS, () => new Error('late')).catch(() => this.#process.kill('SIGKILL'))
    await this.#exited
  }

  #hear(message: FromWorker, emit: Emit): void {
    if ('ready' in message) {
      this.#ready.resolve()
      return
    }
    const { event } = message
    emit(event)
    if (event.type !== 'case-ended') return
    this.#open.get(event.case)?.resolve(event.stage)
    this.#open.delete(event.case)
  }

  #end(how: string, resolve: () => void): void {
    const why = this.#stderr.trim()
    this.#gone = new WorkerGone(`Worker process ${this.#number} ${how}.${why ? ` It wrote: ${why}` : ''}`)
    this.#ready.reject(this.#gone)
    for (const ran of this.#open.values()) ran.reject(this.#gone)
    this.#open.clear()
    resolve()
  }
}
