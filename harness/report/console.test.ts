import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import {
  type CaseSketch,
  endpoints,
  evidence,
  type HopSketch,
  judge,
  nowMs,
  nowS,
  registration,
} from '../judge/fixture.ts'
import { caseLine } from './case-line.ts'
import { consoleReport, type ReportOptions } from './console.ts'

const fresh = { iat: nowS - 10, exp: nowS + 200 }
const expired = { iat: nowS - 4000, exp: nowS - 3700 }
const made = registration(fresh, 201)
const crl: HopSketch = {
  url: endpoints.crl,
  to: 'ca',
  response: { status: 200 },
  sides: ['client'],
}

const coverage = '1 of 2 rules touched'

function report(options: Partial<ReportOptions>, ...cases: CaseSketch[]): string {
  const run = evidence(...cases)
  const all = {
    color: false,
    verbose: false,
    quiet: false,
    outputDir: 'out/first',
    called: 'npm run testbed --',
    flags: [],
    coverage,
    ...options,
  }
  return consoleReport(judge(run), run.trace, run.stage, all)
}

const passed: CaseSketch = { steps: [{ id: 'register', expect: [{ status: 201 }], hops: [crl, made] }] }
const failed: CaseSketch = {
  steps: [
    {
      id: 'register',
      expect: [
        { status: 201, refs: ['reg-036'], hint: 'Is the statement younger than five minutes?' },
        { body: { a: 1 } },
      ],
      hops: [
        {
          ...registration(fresh, 400),
          faults: { client: ['software-statement/expired'] },
          response: {
            status: 400,
            body: { error: 'invalid_software_statement', error_description: 'It expired.' },
          },
        },
      ],
    },
  ],
}

test('a green run says first what makes it hollow, last how much ran and where the result is', () => {
  const elsewhere = { actors: { as: { place: 'https://as.example' } } }
  const hops = [crl, { ...made, sides: ['client' as const] }]
  expect(
    report(
      {},
      {
        steps: [{ id: 'register', hops, expect: [{ body: { client_id: 'x' }, level: 'should' }] }],
        ...elsewhere,
      },
    ),
  ).toBe(
    `! as ran elsewhere and was seen only from the other end (c1)
! should: expected body.client_id "x", saw "client-1" (c1 register)
! 1 of 2 hops were judged by no rule: 1 crl

cases     1  1 passed
steps     1
hops      2  0 seen from both ends
rules     2  1 met, 1 untouched
guide  1 of 2 rules touched
result out/first/result.json
`,
  )
})

test('what could not be reached is told first, where a later step failed for it', () => {
  const stopped = { check: 'no-answer', message: 'Trust its root with --tls-ca <file>.', refs: [] }
  const unreached: HopSketch = { ...made, error: { code: 'X', phase: 'tls' }, sides: ['client'] }
  delete unreached.response
  const sketch: CaseSketch = {
    steps: [
      { id: 'discover', hops: [unreached], record: { stopped } },
      { id: 'read', record: { stopped: { check: 'token-context', message: 'Not for that.', refs: [] } } },
    ],
  }
  expect(report({ quiet: true }, sketch)).toContain(
    '  1  discover: as is not trusted at the TLS layer: Trust its root with --tls-ca <file>.',
  )
})

test('a failure says that a clock elsewhere explains it', () => {
  const sketch = structuredClone(failed)
  sketch.actors = { as: { place: 'https://as.example' } }
  sketch.steps[0]!.hops![0]!.response!.headers = { date: new Date(nowMs - 240_000).toUTCString() }
  expect(report({ quiet: true }, sketch)).toContain(`
     cause  It expired.
     clock  as's clock is 4 min 0 s behind ours (± 2 s): by it the software statement is not valid yet.
`)
})

test('a failure says what was expected and seen, where, at which hop, why, by which rule, what to try and how to see it again', () => {
  const [text] = report({ quiet: true }, failed).split('\ncases ')
  expect(text).toBe(`✗ Case c1  scenarios/b2b/example.yaml:1

  1  register: expected status 201, saw 400 with body error="invalid_software_statement"

     scenarios/b2b/example.yaml:11:9
     11 │ - status: 201
        │   ^
     hop    app → as  registration  POST https://as-c1.localhost:8002/register  400  12 ms  both ends
     faults software-statement/expired
     cause  It expired.
     rule   reg-036 SHALL  Successful new registration returns 201 Created with the unique client_id.
     try    Is the statement younger than five minutes?
     see    grep 3072656769737465 out/first/trace.jsonl

  2  register: expected body.a 1, saw nothing

     scenarios/b2b/example.yaml:12:9
     12 │ - body: {"a":1}
        │   ^

     again  npm run testbed -- run scenarios/b2b/example.yaml:1 --seed seed-1
`)
})

test('a broken rule is a failure with its text and the hop', () => {
  const text = report({}, { steps: [{ id: 'register', hops: [registration(expired, 201)] }] })
  expect(text).toContain(
    'register: as (authorization-server) broke reg-x04: expected a software statement that expired',
  )
  expect(text).toContain('rule   reg-x04 SHALL  Reject an expired software statement.')
  expect(text).toContain('hop    app → as  registration  POST')
  expect(text).toContain('1 broken, 1 met')
})

test('a rule that only a declared fault broke is counted as such, and is no failure', () => {
  const hop = registration({ iat: nowS, exp: nowS + 999 }, 400, {
    faults: { client: ['software-statement/too-long'] },
  })
  const text = report(
    { verbose: true },
    { steps: [{ id: 'register', hops: [hop], expect: [{ status: 400 }] }] },
  )
  expect(text).toContain('reg-012 broken (provoked)')
  expect(text).toContain('1 broken by a declared fault only')
  expect(text).toContain('1 passed')
})

test('a fault that never fired is said in the failure and again at the end', () => {
  const record = { faults: [{ actor: 'as', inject: 'skip/statement-expiry', fired: 0 }] }
  const text = report({}, { steps: [{ id: 'register', hops: [made], record }] })
  expect(text).toContain(
    'register: expected the fault skip/statement-expiry of as to fire, saw that it never did',
  )
  expect(text).toContain('! fault skip/statement-expiry of as never fired (c1 register)')
})

test('a pass under a policy of its own, and a pass after a retry, are said', () => {
  const policy = { skewS: 60, revocation: 'off' }
  const run = evidence({ ...passed, actors: { as: { policy } } })
  const result = judge(run)
  const flaky = { ...result, cases: result.cases.map((one) => ({ ...one, attempts: 3 })) }
  const text = consoleReport(flaky, run.trace, run.stage, {
    color: false,
    verbose: false,
    quiet: false,
    outputDir: 'out',
    called: 'npm run testbed --',
    flags: [],
    coverage,
  })
  expect(text).toContain('! as runs with policy skewS: 60, revocation: off (c1)')
  expect(text).toContain('! flaky: Case c1 passed only at attempt 3 (c1)')
})

test('a step that could not run is shown with its line, and the command to run again keeps its flags', () => {
  const text = report(
    { flags: ['--actor', 'as=https://as.example', '--input', 'scope=system/*.rs'] },
    {
      steps: [
        { id: 'discover', hops: [crl] },
        { id: 'token', record: { state: 'errored', reason: 'app did not answer' } },
      ],
      stage: { broke: { actor: 'app', step: 'token', message: 'app did not answer' } },
    },
  )
  expect(text).toContain(`     scenarios/b2b/example.yaml:20:5
     20 │ - id: token
        │   ^`)
  expect(text).toContain("--actor as=https://as.example --input 'scope=system/*.rs' --seed seed-1")
})

test('of many steps that did not run after a failure only the first few are named', () => {
  const later = (id: string) => ({ id, record: { state: 'skipped' as const, reason: 'not reached' } })
  const steps = [...failed.steps, ...['a', 'b', 'c', 'd', 'e', 'f'].map(later)]
  expect(report({}, { steps })).toContain(
    '! 6 steps did not run after a failure: c1 a, c1 b, c1 c, c1 d, 2 more',
  )
})

test('verbose lists every hop with who recorded it and which rule judged it', () => {
  const lines = report({ verbose: true }, passed).split('\n')
  expect(lines.slice(0, 8)).toEqual([
    '✓ Case c1  scenarios/b2b/example.yaml:1',
    '  ca    certificate-authority  2.0.0  in-process  http://ca-c1.localhost:8001',
    '  as    authorization-server   2.0.0  in-process  https://as-c1.localhost:8002',
    '  fhir  resource-server        2.0.0  in-process  https://fhir-c1.localhost:8003/fhir',
    '  app   client-app             2.0.0  in-process  https://app-c1.example',
    '  ✓ register  udap/register',
    '    app → ca  crl           GET   /crl/intermediate.crl  200    12 ms  only app  not judged by a rule',
    '    app → as  registration  POST  /register              201    12 ms  both ends  1 rule holds',
  ])
})

test('halves that were paired by order only are marked', () => {
  const run = evidence(passed)
  const trace = run.trace.map((half) => ({ ...half, paired: 'order' as const }))
  const options = {
    color: false,
    verbose: true,
    quiet: false,
    outputDir: 'out',
    called: 'udap-testbed',
    flags: [],
    coverage,
  }
  expect(consoleReport(judge({ ...run, trace }), trace, run.stage, options)).toContain(
    'both ends  paired by order',
  )
})

test('colour changes nothing but the colour', () => {
  const plain = report({ verbose: true }, passed, failed)
  const coloured = report({ verbose: true, color: true }, passed, failed)
  expect(coloured).not.toBe(plain)
  expect(stripVTControlCharacters(coloured)).toBe(plain)
})

test('what came over the wire cannot command the terminal', () => {
  const response = { status: 400, body: { error: '\u001b[2Jx', error_description: '\u001b[31mred\u009b1m' } }
  const text = report(
    { verbose: true },
    { steps: [{ id: 'register', expect: [{ status: 201 }], hops: [{ ...made, response }] }] },
  )
  expect(text).toContain('cause   [31mred 1m')
  expect(stripVTControlCharacters(text)).toBe(text)
})

test('the command to run again is quoted for the shell', () => {
  const at = { file: "it's here.yaml", line: 3, column: 1 }
  expect(report({}, { ...failed, plan: { at } })).toContain(`run 'it'\\''s here.yaml:3' --seed seed-1`)
})

test('a line a case', () => {
  const run = evidence(
    passed,
    failed,
    { steps: [{ id: 'register' }], plan: { skip: 'somebody else runs as' } },
    { steps: [], stage: { broke: { actor: 'as', message: 'did not start' } } },
  )
  expect(judge(run).cases.map((one) => caseLine(one, { color: false }))).toEqual([
    '✓ scenarios/b2b/example.yaml:1  Case c1  1 step  2 hops  120 ms',
    '✗ scenarios/b2b/example.yaml:1  Case c2  1 step  1 hop  120 ms\n' +
      '  register: expected status 201, saw 400 with body error="invalid_software_statement"  and 1 more problem',
    '- scenarios/b2b/example.yaml:1  Case c3  skipped: somebody else runs as',
    '! scenarios/b2b/example.yaml:1  Case c4  0 steps  0 hops  120 ms\n  as: did not start',
  ])
})
