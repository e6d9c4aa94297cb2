/** The actors of one case, started and left running for people and their own clients: `up`. */
import { KeyPool } from '../../certs/keys.ts'
import { createTlsRoot } from '../../certs/tls.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageActor } from '../trace/trace.ts'
import { blankCase } from './case.ts'
import { hasActorContainers, hasContainers } from './cast.ts'
import type { RunKit } from './kit.ts'
import { Stage } from './stage.ts'

export interface OpenCase {
  actors: Record<string, StageActor>
  /** PEM of the root that signed every TLS certificate of the case. */
  tlsRoot: string
  /** Rejects with StageBroken when an actor ends by itself. */
  gone: Promise<never>
  close(): Promise<void>
}

interface OpenOptions {
  /** Image of the actors in containers. */
  image: string
  /** Where logs of containers go. */
  folder: string
  signal?: AbortSignal | undefined
}

/** What the actors record is dropped so often: nobody reads it, and they may run for days. */
const DROP_MS = 10_000

/** @throws StageBroken naming the actor, Interrupted */
export async function openCase(
  plan: PlanCase,
  { image, folder, signal, ...known }: Pick<RunKit, 'actorOf' | 'versions'> & OpenOptions,
): Promise<OpenCase> {
  const tlsRoot = await createTlsRoot()
  const docker = hasContainers(plan) ? await import('./docker/engine.ts') : undefined
  const run = await docker?.openDocker(image, hasActorContainers(plan), signal)
  const record = blankCase(plan)
  const kit = { ...known, keys: new KeyPool(), tlsRoot, folder, docker: run }
  const stage = new Stage(plan, record, kit, signal)
  const close = async () => {
    await stage.close()
    if (run) await docker?.closeDocker(run)
  }
  try {
    await stage.open()
  } catch (error) {
    await close()
    throw error
  }
  const dropping = setInterval(() => void stage.take().catch(() => {}), DROP_MS)
  return {
    actors: record.actors,
    tlsRoot: tlsRoot.certificate,
    gone: stage.gone(),
    close: async () => {
      clearInterval(dropping)
      await close()
    },
  }
}
