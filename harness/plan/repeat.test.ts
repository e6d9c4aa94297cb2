import { expect, test } from 'vitest'
import type { Plan, PlanCase } from './plan.ts'
import { attempt, attemptsOf, repeatCases } from './repeat.ts'

const one = (id: string): PlanCase => ({
  id,
  name: `Case ${id}`,
  at: { file: 'a.yaml', line: 1, column: 1 },
  tags: [],
  seed: 's',
  actors: [],
  steps: [],
})
const plan: Plan = { plan: 1, cases: [one('c1'), one('c2')] }

test('each repetition has an id and a name of its own, and the first keeps its id', () => {
  const { cases } = repeatCases(plan, 3)
  expect(cases.map(({ id }) => id)).toEqual(['c1', 'c1-2', 'c1-3', 'c2', 'c2-2', 'c2-3'])
  expect(cases[1]!.name).toBe('Case c1 (2 of 3)')
  expect(repeatCases(plan, 1)).toBe(plan)
})

test('ids of repetitions and of attempts never meet', () => {
  const { cases } = repeatCases({ plan: 1, cases: [one('c1'), one('c12')] }, 3)
  const ids = cases.flatMap((each) => [1, 2, 3].map((n) => attempt(each, n).id))
  expect(new Set(ids).size).toBe(ids.length)
})

test('the attempts of a case are those that were made, in order', () => {
  const made = new Set(['c1', 'c1-r2', 'c1-2', 'c1-2-r2', 'c1-2-r3'])
  const ids = (each: PlanCase) => attemptsOf(each, (id) => made.has(id)).map(({ id }) => id)
  expect(ids(one('c1'))).toEqual(['c1', 'c1-r2'])
  expect(ids(one('c1-2'))).toEqual(['c1-2', 'c1-2-r2', 'c1-2-r3'])
  expect(ids(one('c2'))).toEqual([])
})
