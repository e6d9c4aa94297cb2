/** A place behind a management port: the same for a process, a container and an actor that ran already. */
import { Value } from 'typebox/value'
import type { Actor, ActResult, Facts, StartedActor } from '../../../actors/actor.ts'
import { type Fired, ObservedSchema } from '../../../wire/hop.ts'
import { bounded } from '../bounded.ts'
import { StageBroken } from '../stage-broken.ts'
import { Management, parsed, type Running } from './management.ts'
import type { Listening, Place } from './place.ts'

const OPEN_MS = 10_000
const TAKE_MS = 10_000
const STOP_MS = 5_000

/** Makes the process of one actor run, or says why not; what it had begun it ends itself then. */
export type Launch = () => Promise<Running>

/** @throws StageBroken when its process does not get ready */
export async function openManaged(
  name: string,
  actor: Actor,
  launch: Launch,
  listening: Listening = {},
): Promise<Place> {
  let running!: Running
  let management!: Management
  /** The next hop's sequence number. */
  let next = 1
  const open = async (at: Listening): Promise<number> => {
    running = await launch()
    management = new Management(name, running)
    next = 1
    if (actor.serves === 'nothing') return 0
    try {
      const late = () =>
        new StageBroken(`Actor "${name}" did not open its listener within ${OPEN_MS / 1000} s.`, name)
      const opening = management.post<{ port: number }>('/open', { serves: actor.serves, ...at }, 'port')
      return (await bounded(opening, OPEN_MS, late)).port
    } catch (error) {
      await end()
      throw error
    }
  }
  const end = async () => {
    await running.end()
    await management.close()
  }
  const port = await open(listening)

  return {
    port,
    start: async (context, w): Promise<StartedActor> => {
      const told = { kind: actor.kind, context, with: w }
      const said = await management.post<{ url: string; facts: Facts }>('/start', told, 'url', 'facts')
      return {
        name,
        url: said.url,
        facts: said.facts,
        act: (action, input, timeoutMs) =>
          management.post<ActResult>('/act', { action, input, timeoutMs }, 'outputs'),
        arm: async (faults) => (await management.post<{ id: string }>('/arm', { faults }, 'id')).id,
        disarm: async (id) => (await management.post<{ fired: Fired[] }>('/disarm', { id }, 'fired')).fired,
        settled: async () => void (await management.post('/settled', {})),
        setClock: async (offsetMs) => void (await management.post('/clock', { offsetMs })),
        stop: async () => void (await management.post('/stop', {})),
      }
    },
    take: async () => {
      const late = () =>
        new StageBroken(`Actor "${name}" did not hand out its record within ${TAKE_MS / 1000} s.`, name)
      const text = await bounded(management.ask('GET', `/hops?from=${next}`), TAKE_MS, late)
      const halves = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const half = parsed(line)
          if (!Value.Check(ObservedSchema, half)) throw management.babble('/hops', line)
          return half
        })
      next = (halves.at(-1)?.seq ?? next - 1) + 1
      return halves
    },
    stop: async () => {
      await bounded(management.post('/stop', {}), STOP_MS, () => new Error('late')).catch(() => {})
    },
    close: end,
    gone: () => running.gone,
    container: () => running.container,
    ...(running.kill && {
      kill: async () => {
        await running.kill?.()
        await management.close()
      },
      revive: async () => void (await open({ ...listening, port })),
    }),
  }
}
