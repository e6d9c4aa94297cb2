/** One part of a plan, for several machines that share the work. */
import { createHash } from 'node:crypto'
import type { Plan, PlanCase } from './plan.ts'
import { nameOfAll } from './repeat.ts'

export interface Shard {
  /** From 1. */
  index: number
  of: number
}

/** What cases took in an earlier run, in milliseconds, by `durationKey`. */
export type Durations = ReadonlyMap<string, number>

/** Its id depends on what else is in the plan; the name says the row of its matrix and its version. */
export const durationKey = (file: string, name: string): string => `${file}\n${nameOfAll(name)}`

/** A case and the shard that it is in. */
export interface Assigned {
  id: string
  file: string
  name: string
  shard: number
}

/**
 * The cases of one shard; every machine must come to the same shards.
 *
 * @param durations when left out the hash decides, so that a case stays in its shard when others come and go
 */
export function shardCases(plan: Plan, { index, of }: Shard, durations?: Durations): Plan {
  const shards = durations ? byDuration(plan.cases, of, durations) : plan.cases.map((one) => hash(one) % of)
  const assigned = plan.cases.map(({ id, name, at: { file } }, i) => ({
    id,
    file,
    name,
    shard: shards[i]! + 1,
  }))
  const cases = plan.cases.filter((_, i) => shards[i] === index - 1)
  return Object.freeze({ ...plan, shard: { index, of, split: splitOf(assigned) }, cases })
}

/** @param cases all of the plan, in its order @returns a digest, the same only for the same shards */
export function splitOf(cases: Assigned[]): string {
  const digest = createHash('sha256')
  for (const { id, file, name, shard } of cases) digest.update(`${JSON.stringify([id, file, name, shard])}\n`)
  return digest.digest('hex')
}

function hash({ at, name }: PlanCase): number {
  return createHash('sha256').update(`${at.file}\n${name}`).digest().readUInt32BE()
}

/**
 * Longest first, each into the shard that has the least to do by then. A case that nobody measured is a median one.
 *
 * @returns the shard of each case, from 0
 */
export function byDuration(cases: PlanCase[], of: number, durations: Durations): number[] {
  const measured = cases.map(({ at, name }) => durations.get(durationKey(at.file, name)))
  const usual = middle(measured.filter((ms) => ms !== undefined)) ?? 1
  const order = cases
    .map((_, i) => ({ i, ms: measured[i] ?? usual }))
    .sort((a, b) => b.ms - a.ms || a.i - b.i)
  const loads = Array<number>(of).fill(0)
  const shards = Array<number>(cases.length).fill(0)
  for (const { i, ms } of order) {
    const least = loads.indexOf(Math.min(...loads))
    shards[i] = least
    loads[least]! += ms
  }
  return shards
}

/** The median; undefined of none. */
const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]
