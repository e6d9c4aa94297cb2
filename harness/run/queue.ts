/**
 * What was recorded in a case in which somebody acts by themselves: their hops may come before the step that waits
 * for them begins, so that they stay here until a step takes them.
 */
import type { HopId, Observed } from '../../wire/hop.ts'
import type { Hop } from '../judge/reading.ts'
import { pairHalves } from '../trace/pair.ts'
import type { HalfHop, StageCase } from '../trace/trace.ts'
import { StageBroken } from './stage-broken.ts'

/** All of it is held, and read anew when more comes. */
const MOST = 10_000

/** Halves → hops, in the judge's reading. */
export type HopsOf = (halves: HalfHop[], actors: StageCase['actors']) => Hop[]

export class Queue {
  readonly #record: StageCase
  readonly #hopsOf: HopsOf
  /** Of earlier steps: they tell who is who. */
  readonly #before: HalfHop[] = []
  #waiting: Observed[] = []

  constructor(record: StageCase, hopsOf: HopsOf) {
    this.#record = record
    this.#hopsOf = hopsOf
  }

  /** @throws StageBroken */
  add(halves: Observed[]): void {
    this.#waiting = [...this.#waiting, ...halves]
    if (this.#waiting.length <= MOST) return
    throw new StageBroken(
      `More than ${MOST} requests and answers came that no step has taken: is somebody in a loop, or is load put on the testbed? It waits for a client that does one thing after the other.`,
    )
  }

  /** Those that no step has taken, in order. */
  hops(): Hop[] {
    const paired = this.#paired()
    const waiting = new Set(paired.map(({ id }) => id))
    return this.#hopsOf([...this.#before, ...paired], this.#record.actors).filter(({ id }) => waiting.has(id))
  }

  /** Everything up to and including these hops, with what happened within. */
  takeUntil(answers: HopId[]): Observed[] {
    const order = [...new Set(this.#paired().map(({ id }) => id))]
    const last = Math.max(...answers.map((id) => order.indexOf(id)))
    return this.#take(withWithin(new Set(order.slice(0, last + 1)), this.#paired()))
  }

  /** Everything but what was asked from outside, and what happened within that. */
  takeOurs(): Observed[] {
    const paired = this.#paired()
    const asked = new Set(paired.filter(({ side }) => side === 'client').map(({ id }) => id))
    const outside = new Set(paired.filter(({ id }) => !asked.has(id)).map(({ id }) => id))
    const theirs = withWithin(outside, paired)
    return this.#take(new Set(paired.map(({ id }) => id).filter((id) => !theirs.has(id))))
  }

  takeAll(): Observed[] {
    return this.#take(new Set(this.#paired().map(({ id }) => id)))
  }

  #take(ids: Set<HopId>): Observed[] {
    const taken = this.#paired().filter(({ id }) => ids.has(id))
    this.#before.push(...taken)
    const keys = new Set(taken.map(keyOf))
    const own = this.#waiting.filter((half) => keys.has(keyOf(half)))
    this.#waiting = this.#waiting.filter((half) => !keys.has(keyOf(half)))
    return own
  }

  #paired(): HalfHop[] {
    const actors = Object.fromEntries(
      Object.entries(this.#record.actors).map(([name, { url }]) => [name, { origin: url }]),
    )
    return pairHalves(this.#waiting, { case: this.#record.case, step: '', actors })
  }
}

/** These hops, and those that were made while they were handled. */
function withWithin(ids: Set<HopId>, halves: HalfHop[]): Set<HopId> {
  const all = new Set(ids)
  for (let size = -1; size < all.size; ) {
    size = all.size
    for (const { id, within } of halves) if (within !== undefined && all.has(within)) all.add(id)
  }
  return all
}

/** A half has an id of its own until it is paired. */
const keyOf = ({ actor, side, seq, startedAt }: Observed): string => `${actor} ${side} ${seq} ${startedAt}`
