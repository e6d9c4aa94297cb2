/** Place `in-process`: the actor lives in this process. */
import type { Actor, StartedActor } from '../../../actors/actor.ts'
import { openServer } from '../../../actors/listen.ts'
import type { Observed } from '../../../wire/hop.ts'
import { bounded } from '../bounded.ts'
import type { Listening, Place } from './place.ts'

const STOP_MS = 5_000

export async function openInProcess(actor: Actor, listening: Listening = {}): Promise<Place> {
  const open = actor.serves === 'nothing' ? undefined : await openServer(actor.serves, listening)
  const halves: Observed[] = []
  let started: StartedActor | undefined
  return {
    port: open?.port ?? 0,
    start: async (context, w) => {
      const host = { ...(open ? { server: open.server } : {}), record: (half: Observed) => halves.push(half) }
      started = await actor.start(context, w, host)
      return started
    },
    take: async () => halves.splice(0),
    stop: async () => {
      // Connections first: an actor that waits for its open hops would wait for a hanging peer.
      await open?.close()
      if (started) await bounded(started.stop(), STOP_MS, () => new Error('late')).catch(() => {})
    },
    close: async () => {},
  }
}
