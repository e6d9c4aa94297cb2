import { expect, test } from 'vitest'
import { evidence, judge, nowS, registration, spec } from '../judge/fixture.ts'
import { coverageCsv, coverageLine, coverageMarkdown, coverageOf } from './coverage.ts'

const good = { iat: nowS, exp: nowS + 300 }
const wrong = { iat: nowS, exp: nowS + 999 }
const ids = ['reg-012', 'reg-x04', 'reg-009', 'reg-010']
const rows = spec.requirements.filter(({ id }) => ids.includes(id))

function coverage(faults?: string[]) {
  const bad = registration(wrong, 400, faults ? { faults: { client: faults } } : {})
  const at = { file: 'b,"2".yaml', line: 1, column: 1 }
  const run = evidence(
    { steps: [{ id: 'register', hops: [registration(good, 201)] }] },
    { steps: [{ id: 'again', hops: [bad], expect: [{ status: 400 }] }], plan: { at } },
  )
  return coverageOf(judge(run), rows, ['reg-010', 'reg-012', 'reg-x04'])
}

test('each requirement stands as the worst that any scenario saw of it', () => {
  expect(coverage().rows.map(({ id, state }) => [id, state])).toEqual([
    ['reg-009', 'agreed outside the wire'],
    ['reg-010', 'not touched'],
    ['reg-012', 'broken'],
    ['reg-x04', 'not touched'],
  ])
  expect(coverageLine(coverage())).toBe('1 of 3 rules touched; 1 row is agreed outside the wire')
})

test('what a scenario made an actor do does not hide what it did otherwise', () => {
  const row = coverage(['software-statement/lifetime-too-long']).rows.find(({ id }) => id === 'reg-012')!
  expect(row.state).toBe('met')
  expect([...row.scenarios.values()]).toEqual(['met', 'provoked'])
})

test('the CSV has a column for each scenario, quoted, and the ids of Inferno', () => {
  const [head, ...lines] = coverageCsv(coverage()).split('\r\n')
  expect(head!.endsWith(',state,scenarios/b2b/example.yaml,"b,""2"".yaml"')).toBe(true)
  const line = lines.find((one) => one.startsWith('reg-012,SHALL,client,registration,'))!
  expect(line.endsWith(',78 79 104,automated,broken,met,broken')).toBe(true)
  expect(lines.find((one) => one.startsWith('reg-010'))!.endsWith(',not touched,,')).toBe(true)
})

test('a cell that a spreadsheet would run is a text', () => {
  const [first] = rows
  const csv = coverageCsv({
    rows: [{ ...first!, text: '=1+1', state: 'met', scenarios: new Map() }],
    files: [],
  })
  expect(csv).toContain(",'=1+1,")
})

test('the Markdown has a table for each page', () => {
  const text = coverageMarkdown(coverage())
  expect(text).toContain('| registration | 3 | 1 |')
  expect(text).toContain('## registration')
  expect(text).toMatch(/\| reg-012 \| SHALL \| .* \| broken \| 2 \| 78, 79, 104 \|/)
})
