import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan, PlanCase } from './plan.ts'
import { repeatCases } from './repeat.ts'
import { type Durations, durationKey, shardCases, splitOf } from './shard.ts'

const one = (n: number): PlanCase => ({
  id: `c${n}`,
  name: `Case ${n}`,
  at: { file: 'a.yaml', line: n, column: 1 },
  tags: [],
  seed: 's',
  actors: [],
  steps: [],
})
const planOf = (count: number): Plan => ({
  plan: 1,
  cases: Array.from({ length: count }, (_, i) => one(i + 1)),
})
const plan = planOf(200)
const ids = (of: Plan) => of.cases.map(({ id }) => id)
const split = (whole: Plan, of: number, durations?: Durations) =>
  Array.from({ length: of }, (_, i) => shardCases(whole, { index: i + 1, of }, durations))
const measured = (ms: (number | undefined)[]): Durations =>
  new Map(
    ms.flatMap((each, i) => (each === undefined ? [] : [[durationKey('a.yaml', `Case ${i + 1}`), each]])),
  )

test('by hash: every case is in exactly one shard, and no shard gets far more than its part', () => {
  const shards = split(plan, 4).map(ids)
  expect(shards.flat().sort()).toEqual(ids(plan).sort())
  for (const shard of shards) expect(shard.length).toBeGreaterThan(25)
})

test('by hash: a case stays in its shard when others come or go, or its line moves', () => {
  const fewer: Plan = {
    plan: 1,
    cases: plan.cases.slice(100).map((each) => ({ ...each, at: { ...each.at, line: 1 } })),
  }
  const whole = ids(shardCases(plan, { index: 2, of: 3 }))
  const part = ids(shardCases(fewer, { index: 2, of: 3 }))
  expect(part).toEqual(whole.filter((id) => Number(id.slice(1)) > 100))
  expect(part.length).toBeGreaterThan(0)
})

/** Milliseconds of some cases; undefined where nobody measured. */
const durations = fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }), {
  maxLength: 60,
})

test('by duration: every case is in exactly one shard, in plan order, and all say the same split', () => {
  fc.assert(
    fc.property(durations, fc.integer({ min: 1, max: 12 }), (ms, of) => {
      const whole = planOf(ms.length)
      const shards = split(whole, of, measured(ms))
      expect(shards.flatMap(ids).sort()).toEqual(ids(whole).sort())
      for (const shard of shards)
        expect(ids(shard)).toEqual(ids(whole).filter((id) => ids(shard).includes(id)))
      const assigned = whole.cases.map(({ id, name }) => ({
        id,
        file: 'a.yaml',
        name,
        shard: shards.findIndex((shard) => ids(shard).includes(id)) + 1,
      }))
      expect(new Set(shards.map(({ shard }) => shard!.split))).toEqual(new Set([splitOf(assigned)]))
    }),
  )
})

test('by duration: the fullest shard has at most 4/3 of what it has in the best of all splits', () => {
  const few = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(few, fc.integer({ min: 1, max: 3 }), (ms, of) => {
      const loads = split(planOf(ms.length), of, measured(ms)).map(({ cases }) =>
        cases.reduce((sum, { id }) => sum + ms[Number(id.slice(1)) - 1]!, 0),
      )
      expect(Math.max(...loads)).toBeLessThanOrEqual((best(ms, Array(of).fill(0)) * 4) / 3)
    }),
  )
})

/** What the fullest has at least, by trying all splits. */
function best([first, ...rest]: number[], loads: number[]): number {
  if (first === undefined) return Math.max(...loads)
  return Math.min(...loads.map((load, i) => best(rest, loads.with(i, load + first))))
}

test('by duration: what nobody measured counts as a median case; repetitions are known by their case', () => {
  expect(split(planOf(4), 2, measured([30, 30, 20, undefined])).map(ids)).toEqual([
    ['c1', 'c4'],
    ['c2', 'c3'],
  ])
  expect(split(repeatCases(planOf(2), 2), 2, measured([90, 10])).map(ids)).toEqual([
    ['c1', 'c2'],
    ['c1-2', 'c2-2'],
  ])
})
