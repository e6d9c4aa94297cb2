import { expect, test } from 'vitest'
import type { Plan, PlanCase } from './plan.ts'
import { BadSelection, selectCases } from './select.ts'

const one = (
  id: string,
  name: string,
  tags: string[],
  file: string,
  line: number,
  isRow = false,
): PlanCase => ({
  id,
  name,
  tags,
  at: { file, line, column: 1 },
  seed: '0',
  actors: [],
  steps: [],
  ...(isRow && { matrix: {} }),
})
const plan: Plan = {
  plan: 1,
  cases: [
    one('c1', 'A token', ['udap', 'b2b'], 'a.yaml', 2),
    one('c2', 'Faults: late', ['udap', 'slow'], 'b.yaml', 5, true),
    one('c3', 'Faults: wrong', ['udap', 'slow', 'b2b'], 'b.yaml', 6, true),
  ],
}

test.each([
  [{}, 'c1 c2 c3'],
  [{ grep: 'oken|wro' }, 'c1 c3'],
  [{ tag: 'udap && !slow' }, 'c1'],
  [{ tag: '!(b2b || none)' }, 'c2'],
  [{ tag: 'b2b', grep: 'F' }, 'c3'],
  [{ line: [{ file: 'b.yaml', line: 6 }] }, 'c1 c3'],
  [{ line: [{ file: 'b.yaml', line: 30 }] }, 'c1 c2 c3'],
  [{ tag: 'nobody' }, ''],
])('%j', (selection, ids) => {
  expect(
    selectCases(plan, selection)
      .cases.map(({ id }) => id)
      .join(' '),
  ).toBe(ids)
})

test.each([
  [{ grep: '(' }, '--grep (: Invalid regular expression'],
  [{ tag: 'a &' }, '--tag a &: these are no tags with && || ! and ( ); write for example udap && !slow'],
  [{ tag: 'a.b' }, '--tag a.b: these are no tags'],
])('%j cannot be understood', (selection, message) => {
  expect(() => selectCases(plan, selection)).toThrow(BadSelection)
  expect(() => selectCases(plan, selection)).toThrow(message)
})
