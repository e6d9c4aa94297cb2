/** The actors of one case, started and left running for people and their own clients: `up`. */
import type { Actor } from '../../actors/actor.ts'
import { KeyPool } from '../../certs/keys.ts'
import { createTlsRoot } from '../../certs/tls.ts'
import type { Spec } from '../../spec/types.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageActor } from '../trace/trace.ts'
import { blankCase } from './case.ts'
import { Stage } from './stage.ts'

export interface OpenCase {
  actors: Record<string, StageActor>
  /** PEM of the root that signed every TLS certificate of the case. */
  tlsRoot: string
  close(): Promise<void>
}

/** What the actors record is dropped so often: nobody reads it, and they may run for days. */
const DROP_MS = 10_000

/** @throws StageBroken naming the actor, Interrupted */
export async function openCase(
  plan: PlanCase,
  {
    actorOf,
    versions,
    signal,
  }: {
    actorOf(kind: string): Promise<Actor>
    versions: Spec['versions']
    signal?: AbortSignal | undefined
  },
): Promise<OpenCase> {
  const tlsRoot = await createTlsRoot()
  const record = blankCase(plan)
  const stage = new Stage(plan, record, { actorOf, versions, keys: new KeyPool(), tlsRoot }, signal)
  try {
    await stage.open()
  } catch (error) {
    await stage.close()
    throw error
  }
  const dropping = setInterval(() => void stage.take().catch(() => {}), DROP_MS)
  return {
    actors: record.actors,
    tlsRoot: tlsRoot.certificate,
    close: async () => {
      clearInterval(dropping)
      await stage.close()
    },
  }
}
