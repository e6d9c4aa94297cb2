/** The actors of one case, started and left running for people and their own clients: `up`. */
import type { Store } from '../../actors/store.ts'
import { KeyPool } from '../../certs/keys.ts'
import { createTlsRoot, type TlsRoot } from '../../certs/tls.ts'
import type { Observed } from '../../wire/hop.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageActor } from '../trace/trace.ts'
import { bounded } from './bounded.ts'
import { blankCase } from './case.ts'
import { hasActorContainers, hasContainers } from './cast.ts'
import type { RunKit } from './kit.ts'
import { lasting } from './lasting.ts'
import type { CommonHost } from './serving.ts'
import { Stage } from './stage.ts'
import { tlsRootOf } from './tls-root.ts'

export interface OpenCase {
  actors: Record<string, StageActor>
  /** PEM of the root that signed every TLS certificate of the case. */
  tlsRoot: string
  /** Rejects with StageBroken when an actor ends by itself. */
  gone: Promise<never>
  /** What was recorded since the last call. */
  take(): Promise<Observed[]>
  /** @returns whose certificates were renewed, in words */
  renewDue(at: Date): Promise<string[]>
  /** Takes no more connections, and waits a while for what goes on. */
  drain(): Promise<void>
  close(): Promise<void>
}

export interface OpenOptions extends Pick<RunKit, 'actorOf' | 'versions'> {
  /** Image of the actors in containers. */
  image: string
  /** Where logs of containers go. */
  folder: string
  /** Folder of the authority whose TLS root is used; one of its own when left out. */
  authority?: string | undefined
  host?: CommonHost | undefined
  /** Where what actors know is kept, and how often that was opened. */
  memory: { state: Store; life: number; clockOffsetMs: number }
  signal?: AbortSignal | undefined
}

/** So long open requests may go on when the end has come. */
const DRAIN_MS = 5_000

/** @throws StageBroken naming the actor, Unusable, Interrupted */
export async function openCase(plan: PlanCase, options: OpenOptions): Promise<OpenCase> {
  const { image, folder, authority, host, memory, signal, ...known } = options
  const { state, life, clockOffsetMs } = memory
  const tlsRoot = authority === undefined ? await ownRoot(state) : await tlsRootOf(authority)
  const docker = hasContainers(plan) ? await import('./docker/engine.ts') : undefined
  const run = await docker?.openDocker(image, hasActorContainers(plan), signal)
  const record = { ...blankCase(plan), clockOffsetMs }
  const again = life > 1 ? { life } : {}
  const kit = { ...known, keys: new KeyPool(), tlsRoot, folder, docker: run, host, state, ...again }
  // Only the start is interrupted; when all are up, the signal asks for an end in good order.
  const starting = new AbortController()
  const interrupt = () => starting.abort()
  if (signal?.aborted) interrupt()
  signal?.addEventListener('abort', interrupt)
  const stage = new Stage(plan, record, kit, starting.signal)
  const close = async () => {
    await stage.close()
    if (run) await docker?.closeDocker(run)
  }
  try {
    await stage.open()
  } catch (error) {
    await close()
    throw error
  } finally {
    signal?.removeEventListener('abort', interrupt)
  }
  return {
    actors: record.actors,
    tlsRoot: tlsRoot.certificate,
    gone: stage.gone(),
    take: () => stage.take(),
    renewDue: (at) => stage.renewDue(at),
    drain: async () => {
      stage.drain()
      await bounded(stage.settled(), DRAIN_MS, () => new Error('late')).catch(() => {})
    },
    close,
  }
}

/** People import it: it stays the same, and outlives what they test. */
const ownRoot = async (state: Store): Promise<TlsRoot> => {
  const { certificate, key } = await lasting(state, 'tls-root', async () => ({
    ...(await createTlsRoot('lasting-tls-root')),
  }))
  return { certificate, key }
}
