/** What every actor has while it runs: clock, ids, faults, recorder, outbound calls. */
import { createHmac, randomBytes } from 'node:crypto'
import type { Observed } from '../wire/hop.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Actor, ActResult, Context, Host, StartedActor } from './actor.ts'
import { CallFailed, type CallRequest, type CallResponse, createCaller } from './call.ts'
import { Refusal } from './checks.ts'
import { exchange } from './exchange.ts'
import { createFaults, type Faults } from './faults.ts'
import { createMake, type Make } from './make.ts'
import { repeat } from './repeat.ts'

export interface Runtime {
  context: Context
  host: Host
  /** The scenario's time. */
  now(): Date
  /** The scenario's time in whole seconds, as a NumericDate (RFC 7519 2). */
  nowS(): number
  clockOffsetMs(): number
  setClock(offsetMs: number): void
  faults: Faults
  make: Make
  /** An unguessable-looking id that is the same for the same seed, actor and order of asking. */
  id(): string
  /** Notes that a hop began; the returned function records its half and ends it. */
  open(): (half: Omit<Observed, 'actor' | 'seq' | 'clockOffsetMs'>) => void
  /** Resolves when no hop is open. */
  settled(): Promise<void>
  call(request: CallRequest): Promise<CallResponse>
  /** Ends what is kept open for calls. */
  close(): Promise<void>
}

export function createRuntime(actor: Actor, context: Context, host: Host): Runtime {
  let offset = context.clockOffsetMs
  let seq = 0
  let ids = 0
  let openHops = 0
  const waiting: (() => void)[] = []
  const skips = actor.checks.map((check) => `skip/${check.name}`)
  const faults = createFaults(new Set([...actor.faults.map((fault) => fault.name), ...skips]))
  const self = [context.case, context.name, ...(context.life === undefined ? [] : [context.life])].join('/')
  const nowS = () => Math.floor((Date.now() + offset) / 1000)
  const runtime: Runtime = {
    context,
    host,
    now: () => new Date(Date.now() + offset),
    nowS,
    clockOffsetMs: () => offset,
    setClock: (offsetMs) => {
      offset = offsetMs
    },
    faults,
    make: createMake(actor.faults, faults, () => ({ nowS: nowS() })),
    id: () => createHmac('sha256', context.seed).update(`${self}/${++ids}`).digest('base64url').slice(0, 22),
    open: () => {
      openHops++
      const clockOffsetMs = offset
      return (half) => {
        host.record({ ...half, actor: context.name, seq: ++seq, clockOffsetMs })
        if (--openHops === 0) for (const resolve of waiting.splice(0)) resolve()
      }
    },
    settled: () => (openHops === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    call: (request) => caller.call(request),
    close: () => caller.close(),
  }
  const caller = createCaller(runtime)
  return runtime
}

/** One action of a running actor. Throws Refusal to stop; anything that it was not able to do is a Refusal too. */
export type Act = (input: JsonObject) => Promise<ActResult>

/** What the folder of a kind makes of its runtime: the started actor. */
export function started(
  runtime: Runtime,
  parts: { facts: JsonObject; actions: Record<string, Act>; stop?: () => Promise<void> },
): StartedActor {
  const { context } = runtime
  const actions: Record<string, Act> = { ...parts.actions, 'http/repeat': repeat(runtime) }
  return {
    name: context.name,
    url: context.url,
    facts: parts.facts,
    act: async (action, input, timeoutMs) => {
      const run = actions[action]
      if (!run) throw new Error(`${context.name} (${context.kind}) has no action "${action}".`)
      const signal = AbortSignal.timeout(timeoutMs)
      return exchange.run({ trace: randomBytes(16).toString('hex'), fired: [], signal }, () =>
        stoppable(() => run(input)),
      )
    },
    arm: async (uses) => runtime.faults.arm(uses),
    disarm: async (id) => runtime.faults.disarm(id),
    settled: () => runtime.settled(),
    setClock: async (offsetMs) => runtime.setClock(offsetMs),
    stop: async () => {
      await parts.stop?.()
      await runtime.close()
    },
  }
}

async function stoppable(run: () => Promise<ActResult>): Promise<ActResult> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Refusal) {
      const stopped = { check: error.check, message: error.message, refs: error.refs }
      return { outputs: {}, ...(error.hop ? { answer: error.hop } : {}), stopped }
    }
    if (error instanceof CallFailed) {
      const stopped = { check: 'no-answer', message: error.message, refs: [] }
      return { outputs: {}, answer: error.hop, stopped }
    }
    throw error
  }
}
