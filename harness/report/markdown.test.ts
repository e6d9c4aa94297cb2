import { expect, test } from 'vitest'
import { type CaseSketch, endpoints, hopId } from '../judge/fixture.ts'
import { broke, failed, passed, ran, skipped } from './fixture.ts'
import { markdownReport } from './markdown.ts'
import { sequenceDiagram } from './mermaid.ts'

const MIB = 1024 * 1024

function markdown(limit: number, ...cases: CaseSketch[]): string {
  const { result, trace, stage } = ran(...cases)
  return markdownReport(result, trace, stage, { outputDir: 'out', called: 'udap-testbed', flags: [], limit })
}

function diagram(sketch: CaseSketch): string[] {
  const { result, trace, stage } = ran(sketch)
  return sequenceDiagram(result.cases[0]!, stage.cases[0], trace)
}

test('verdicts first, then failures in full, then who asked whom where all went well, folded', () => {
  const text = markdown(MIB, passed, failed, skipped, broke)
  const order = [
    '## ❌ udap-testbed: 1 failed, 1 errored, 1 skipped, 1 passed',
    'cases     4  1 failed, 1 errored, 1 skipped, 1 passed',
    '| verdict | case | scenario | hops | time |',
    '| ✓ passed | Case c1 | `scenarios/b2b/example.yaml:1` | 1 | 120 ms |',
    '| - skipped: somebody else runs as |',
    '### ✗ A ',
    'expected status 201, saw 400',
    '```mermaid\nsequenceDiagram',
    '### ! Case c4',
    '<details><summary>✓ Case c1</summary>',
  ]
  const places = order.map((part) => text.indexOf(part))
  expect(places).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(markdown(MIB, passed)).toMatch(/^## ✅ udap-testbed: 1 passed\n/)
})

test('what comes from anywhere is no markup, mentions nobody and ends no block', () => {
  const text = markdown(MIB, failed)
  expect(text).toContain(
    'A &#60;b&#62;bold&#60;/b&#62; "name" \\| with; &#35;1 \\`ticks\\` &#38; &#64;everybody',
  )
  expect(text).not.toContain('<b>')
  expect(text).not.toContain('@everybody')
  // The answer's three ticks stand in a block whose fence has more.
  expect(text).toMatch(/^`{4}text\n[\s\S]*see ```[\s\S]*\n`{4}$/m)
})

test('it never gets larger than it may, and says that something is missing', () => {
  const many = Array.from({ length: 200 }, () => passed)
  const whole = markdown(MIB, ...many)
  const part = markdown(40_000, ...many)
  expect(whole).not.toContain('More did not fit')
  expect(Buffer.byteLength(whole)).toBeGreaterThan(40_000)
  expect(Buffer.byteLength(part)).toBeLessThanOrEqual(40_000)
  expect(part).toMatch(/More did not fit: `result\.json` has all of it\.\n$/)
})

test('a diagram: actors that took part, each step a note, each hop there and back', () => {
  expect(diagram(failed)).toEqual([
    'sequenceDiagram',
    '  participant p0 as as (authorization-server)',
    '  participant p1 as app (client-app)',
    '  Note over p0,p1: register (udap/register): failed',
    '  p1->>p0: POST /register [software-statement/expired]',
    '  p0-->>p1: 400',
  ])
  expect(diagram(broke).at(-1)).toBe('  p0--xp1: ECONNRESET (body)')
  expect(diagram(skipped)).toEqual([])
})

test('a person is drawn as one', () => {
  const hops = [{ url: `${endpoints.fhir}/authorize`, from: 'ana', to: 'as', response: { status: 303 } }]
  const { result, stage } = ran({
    steps: [{ id: 'sign-in', actor: 'ana', uses: 'user/sign-in', hops }],
    actors: { ana: { kind: 'user' } },
  })
  expect(sequenceDiagram(result.cases[0]!, stage.cases[0], [])).toContain('  actor p1 as ana (user)')
})

test('a hop that was made while another was answered is drawn inside it', () => {
  const { result, trace, stage } = ran({
    steps: [
      {
        id: 'register',
        expect: [{ status: 201 }],
        hops: [
          { url: endpoints.registration, body: {}, response: { status: 201 } },
          { url: endpoints.crl, from: 'as', to: 'ca', response: { status: 200 } },
        ],
        answer: 0,
      },
    ],
  })
  const outer = hopId('register', 0)
  const nested = trace.map((half) => (half.from === 'as' ? { ...half, within: outer } : half))
  expect(sequenceDiagram(result.cases[0]!, stage.cases[0], nested).slice(-4)).toEqual([
    '  p2->>p1: POST /register',
    '  p1->>p0: GET /crl/intermediate.crl',
    '  p0-->>p1: 200',
    '  p1-->>p2: 201',
  ])
})

test("words and signs of Mermaid's own are written as characters", () => {
  const lines = diagram({
    steps: [
      {
        id: 'end',
        uses: 'a;b#c"d%%<e>',
        hops: [{ url: `${endpoints.fhir}/a;b#c\n%%x/end`, response: { status: 200 } }],
      },
    ],
  })
  const text = lines.slice(3).map((line) => line.slice(line.indexOf(':') + 1))
  expect(text[0]).toContain('#101;nd')
  for (const one of text) expect(one.replace(/#\d+;/g, '')).not.toMatch(/[;#"%<>]|\bend\b/i)
})
