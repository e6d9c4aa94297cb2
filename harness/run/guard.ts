/** Bounds every call to a started actor in time, and makes its failures name the actor. */
import type { StartedActor } from '../../actors/actor.ts'
import { bounded, Interrupted } from './bounded.ts'
import { messageOf, StageBroken } from './stage-broken.ts'

/** An action ends by its own timeout; the harness waits so much longer before it gives the actor up. */
const GRACE_MS = 2_000
const CALL_MS = 5_000
/** Longer than any call of an actor, which bounds its own hops. */
const SETTLE_MS = 15_000

/** Waits for what actor `name` does; whatever goes wrong says which actor and what it was doing. */
export async function guarded<T>(
  name: string,
  doing: string,
  ms: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const late = () => new StageBroken(`Actor "${name}" did not ${doing} within ${ms / 1000} s.`, name)
  try {
    return await bounded(
      // A synchronous throw is a failure as any other.
      Promise.resolve().then(work),
      ms,
      late,
      signal,
    )
  } catch (error) {
    if (error instanceof StageBroken || error instanceof Interrupted) throw error
    throw new StageBroken(`Actor "${name}" could not ${doing}: ${messageOf(error)}`, name, error)
  }
}

export function guard(started: StartedActor, signal: AbortSignal | undefined): StartedActor {
  const { name } = started
  return {
    name,
    url: started.url,
    facts: started.facts,
    act: (action, input, timeoutMs) =>
      guarded(name, `do ${action}`, timeoutMs + GRACE_MS, signal, () =>
        started.act(action, input, timeoutMs),
      ),
    arm: (faults) => guarded(name, 'arm its faults', CALL_MS, signal, () => started.arm(faults)),
    disarm: (id) => guarded(name, 'disarm its faults', CALL_MS, signal, () => started.disarm(id)),
    settled: () => guarded(name, 'end its open hops', SETTLE_MS, signal, () => started.settled()),
    setClock: (offsetMs) => guarded(name, 'set its clock', CALL_MS, signal, () => started.setClock(offsetMs)),
    stop: () => guarded(name, 'stop', CALL_MS, signal, () => started.stop()),
  }
}
