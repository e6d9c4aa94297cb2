import { expect, test } from 'vitest'
import type { Plan, PlanCase } from './plan.ts'
import { shardCases } from './shard.ts'

const one = (n: number): PlanCase => ({
  id: `c${n}`,
  name: `Case ${n}`,
  at: { file: 'a.yaml', line: n, column: 1 },
  tags: [],
  seed: 's',
  actors: [],
  steps: [],
})
const plan: Plan = { plan: 1, cases: Array.from({ length: 200 }, (_, i) => one(i + 1)) }
const ids = (of: Plan) => of.cases.map(({ id }) => id)

test('every case is in exactly one shard, and no shard gets far more than its part', () => {
  const shards = [1, 2, 3, 4].map((index) => ids(shardCases(plan, { index, of: 4 })))
  expect(shards.flat().sort()).toEqual(ids(plan).sort())
  for (const shard of shards) expect(shard.length).toBeGreaterThan(25)
})

test('a case stays in its shard when others come or go, or its line moves', () => {
  const fewer: Plan = {
    plan: 1,
    cases: plan.cases.slice(100).map((each) => ({ ...each, at: { ...each.at, line: 1 } })),
  }
  const whole = ids(shardCases(plan, { index: 2, of: 3 }))
  const part = ids(shardCases(fewer, { index: 2, of: 3 }))
  expect(part).toEqual(whole.filter((id) => Number(id.slice(1)) > 100))
  expect(part.length).toBeGreaterThan(0)
})
