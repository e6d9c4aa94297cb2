/** Place `in-process`: the actor lives in this process. */
import type { Actor, StartedActor } from '../../../actors/actor.ts'
import { openServer } from '../../../actors/listen.ts'
import type { Store } from '../../../actors/store.ts'
import type { Observed } from '../../../wire/hop.ts'
import { bounded } from '../bounded.ts'
import type { Listening, Place } from './place.ts'

const STOP_MS = 5_000

export async function openInProcess(actor: Actor, listening: Listening = {}, state?: Store): Promise<Place> {
  const open = actor.serves === 'nothing' ? undefined : await openServer(actor.serves, listening)
  const halves: Observed[] = []
  let started: StartedActor | undefined
  let heard = () => {}
  return {
    port: open?.port ?? 0,
    start: async (context, w) => {
      const record = (half: Observed) => {
        halves.push(half)
        heard()
      }
      const host = { ...(open ? { server: open.server } : {}), ...(state && { state }), record }
      started = await actor.start(context, w, host)
      return started
    },
    take: async () => halves.splice(0),
    onRecord: (listener) => {
      heard = listener
    },
    setTls: ({ chain, key }) => {
      if (open && 'setSecureContext' in open.server) open.server.setSecureContext({ cert: chain, key })
    },
    drain: () => void open?.server.close(),
    stop: async () => {
      // Connections first: an actor that waits for its open hops would wait for a hanging peer.
      await open?.close()
      if (started) await bounded(started.stop(), STOP_MS, () => new Error('late')).catch(() => {})
    },
    close: async () => {},
  }
}
