/** Place `{ url, upstream }`: a system elsewhere, behind a listener of ours that records what arrives there. */
import { connect } from 'node:net'
import type { Actor, StartedActor } from '../../../actors/actor.ts'
import { observe, reachedAt, reachTls } from '../../../actors/observe.ts'
import { bounded } from '../bounded.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'
import { openInProcess } from './in-process.ts'
import type { Listening, Place } from './place.ts'

const REACH_MS = 10_000

interface Observed {
  name: string
  upstream: string
  facts: Record<string, string>
}

/** @throws StageBroken when nothing answers there */
export async function openObserving(
  actor: Actor,
  { name, upstream, facts }: Observed,
  listening: Listening,
): Promise<Place> {
  await reach(name, upstream)
  const standing: Actor = {
    ...actor,
    start: async (context, _w, host): Promise<StartedActor> => {
      await reachTls(upstream, context).catch((error: unknown) => {
        throw new StageBroken(`Actor "${name}" cannot be observed: ${messageOf(error)}`, name)
      })
      return observe(actor, context, host, { upstream, facts })
    },
  }
  return openInProcess(standing, listening)
}

/** Better told before the first step than by every hop. */
async function reach(name: string, upstream: string): Promise<void> {
  const { hostname, port, protocol, origin } = new URL(upstream)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const address = {
    host: reachedAt(hostname),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  }
  const socket = connect(address, resolve).on('error', reject)
  try {
    await bounded(promise, REACH_MS, () => new Error(`no connection within ${REACH_MS / 1000} s`))
  } catch (error) {
    throw new StageBroken(
      `Actor "${name}" cannot be observed: ${origin} does not answer: ${messageOf(error)}`,
      name,
    )
  } finally {
    socket.destroy()
  }
}
