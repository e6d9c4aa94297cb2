import { expect, test } from 'vitest'
import { type CaseSketch, endpoints, nowS, registration } from '../judge/fixture.ts'
import { failed, passed, ran, skipped } from './fixture.ts'
import { sheetCsv, sheetMarkdown, sheetOf } from './sheet.ts'

function rows(...cases: CaseSketch[]) {
  const { result, stage } = ran(...cases)
  return sheetOf(result, stage)
}

test('a row a step: who, with whom, what came of it, and why', () => {
  const [good, bad, left] = rows(passed, failed, skipped)
  expect(good).toMatchObject({
    who: { name: 'app', where: 'simulated' },
    withWhom: { name: 'as', where: 'simulated' },
    date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    guide: '2.0.0',
    step: 'register',
    verdict: 'passed',
    note: '',
    scenario: 'scenarios/b2b/example.yaml:1',
  })
  expect(bad).toMatchObject({
    verdict: 'failed',
    note: expect.stringMatching(/^expected status 201, saw 400/),
  })
  expect(left).toMatchObject({
    verdict: 'skipped',
    note: 'somebody else runs as',
    who: undefined,
    step: 'all',
  })
})

test('a rule that was broken fails the step in which it was', () => {
  const long = registration({ iat: nowS - 10, exp: nowS + 300 }, 201)
  const [row] = rows({ steps: [{ id: 'register', hops: [long] }] })
  expect(row).toMatchObject({ verdict: 'failed' })
  expect(row?.note).toMatch(/^reg-012: app: expected /)
})

test('what the testbed does itself has no row, and authorities are nobody whom one rehearses with', () => {
  const ofTestbed = { id: 'revoke', uses: 'testbed/revoke' }
  const asking = { id: 'discover', hops: [{ to: 'ca', url: endpoints.crl, response: { status: 200 } }] }
  const { result, stage } = ran({ steps: [ofTestbed, asking] })
  delete result.cases[0]!.steps[0]!.actor
  expect(sheetOf(result, stage)).toMatchObject([{ step: 'discover', withWhom: undefined }])
})

test('real systems have their URL, and come first', () => {
  const real = { ...passed, actors: { as: { place: 'https://as.example', title: 'Their server' } } }
  const waited = { ...passed, actors: { app: { place: 'await', url: 'https://app.example' } } }
  const text = sheetMarkdown(rows(passed, real, waited))
  const heads = text.split('\n').filter((line) => line.startsWith('## '))
  expect(heads).toEqual([
    '## app (simulated) with Their server (https://as.example)',
    '## app (https://app.example) with as (simulated)',
    '## app (simulated) with as (simulated)',
  ])
  expect(text).toContain('1 of 1 step passed.')
})

test('RFC 4180, and nothing that a spreadsheet would calculate', () => {
  const [row] = rows(passed)
  const csv = sheetCsv([{ ...row!, track: '=1+1', step: 'say "a, b"', note: '@cmd\nnext' }])
  const [head, ...lines] = csv.split('\r\n')
  expect(head).toBe('date,guide,track,who,who_is,with,with_is,step,verdict,note,scenario')
  expect(lines).toEqual([
    `${row!.date},2.0.0,'=1+1,app,simulated,as,simulated,"say ""a, b""",passed,"'@cmd\nnext",scenarios/b2b/example.yaml:1`,
    '',
  ])
})

test('a table cell is one, whatever is in it', () => {
  const [row] = rows(passed)
  const text = sheetMarkdown([{ ...row!, note: 'a | b\n<b>' }])
  expect(text).toContain('| a \\| b &#60;b&#62; |')
})
