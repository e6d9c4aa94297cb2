import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { evidence, type HopSketch, judge, nowS, registration } from '../../fixture.ts'

function result(id: string, hop: HopSketch, over: Parameters<typeof evidence>[0]['actors'] = {}) {
  const sketch = {
    steps: [{ id: 'register', expect: [{ status: { $gte: 100 } }], hops: [hop] }],
    actors: over,
  }
  const [one] = judge(evidence(sketch)).cases
  const rule = one!.rules.find((found) => found.id === id)
  const finding = rule?.findings[0]
  return {
    verdict: rule?.verdict ?? 'untouched',
    finding,
    judged: one!.verdict,
    said: finding && `${finding.expected}, saw ${finding.seen}`,
  }
}

const fresh = { iat: nowS - 10, exp: nowS + 200 }
const expired = { iat: nowS - 4000, exp: nowS - 3700 }

test.each<[JsonObject, string]>([
  [{ iat: nowS, exp: nowS + 300 }, 'met'],
  [{ iat: nowS, exp: nowS + 1 }, 'met'],
])('reg-012 is met by %j', (claims, verdict) => {
  expect(result('reg-012', registration(claims, 201))).toMatchObject({ verdict, judged: 'passed' })
})

test.each<[JsonObject, string]>([
  [{ iat: nowS, exp: nowS + 301 }, 'exp at most 300 s after iat, saw exp 301 s after iat'],
  [{ iat: nowS, exp: nowS - 300 }, 'exp after iat, saw exp 300 s before iat'],
  [{ iat: nowS, exp: nowS }, 'exp after iat, saw exp 0 s before iat'],
  [{ iat: nowS }, 'exp a whole number, saw no exp'],
  [{ iat: nowS, exp: nowS + 0.5 }, `exp a whole number, saw exp ${nowS + 0.5}`],
])('reg-012 is broken by %j', (claims, said) => {
  expect(result('reg-012', registration(claims, 400))).toMatchObject({
    verdict: 'broken',
    judged: 'failed',
    said,
    finding: { actor: 'app', role: 'client', strength: 'SHALL' },
  })
})

test('reg-012 has no occasion without a statement, or under a version in which it does not hold', () => {
  const noStatement = registration({}, 400, { body: { software_statement: 'x' } })
  expect(result('reg-012', noStatement).verdict).toBe('untouched')
  expect(result('reg-012', registration(fresh, 201), { app: { spec: '0.9.0' } }).verdict).toBe('untouched')
  expect(result('reg-012', registration(fresh, 201), { app: { spec: '1.1.0' } }).verdict).toBe('met')
})

test('reg-012 broken by a fault of the client is reported, but the case does not fail by it', () => {
  const wrong = { iat: nowS, exp: nowS + 999 }
  const asked = registration(wrong, 400, { faults: { client: ['software-statement/too-long'] } })
  expect(result('reg-012', asked)).toMatchObject({
    verdict: 'broken',
    judged: 'passed',
    finding: { provoked: true },
  })
  const byTheOther = registration(wrong, 400, { faults: { server: ['registration-response/x'] } })
  expect(result('reg-012', byTheOther)).toMatchObject({ verdict: 'broken', judged: 'failed' })
})

test('reg-x04 is met when an expired statement is refused', () => {
  expect(result('reg-x04', registration(expired, 400))).toMatchObject({
    verdict: 'met',
    judged: 'passed',
  })
})

test('reg-x04 is broken when an expired statement is taken; by a check that was skipped the case does not fail', () => {
  const said = 'a software statement that expired 3700 s ago to be refused, saw 201'
  expect(result('reg-x04', registration(expired, 201))).toMatchObject({
    verdict: 'broken',
    judged: 'failed',
    said,
  })
  const skipped = registration(expired, 201, {
    faults: { server: ['skip/statement-expiry'], client: ['software-statement/expired'] },
  })
  expect(result('reg-x04', skipped)).toMatchObject({ verdict: 'broken', judged: 'passed' })
})

test('an identity provider that takes registrations is held to what an authorization server is', () => {
  const provider = { as: { kind: 'identity-provider' } }
  expect(result('reg-x04', registration(expired, 201), provider)).toMatchObject({
    verdict: 'broken',
    finding: { actor: 'as', role: 'authorization-server' },
  })
  expect(result('reg-012', registration(fresh, 201), provider)).toMatchObject({ verdict: 'met' })
})

test('reg-x04 goes by the clock of the server', () => {
  expect(result('reg-x04', registration(expired, 201, { serverOffsetMs: -4_000_000 })).verdict).toBe(
    'untouched',
  )
  expect(result('reg-x04', registration(fresh, 201, { serverOffsetMs: 4_000_000 })).verdict).toBe('broken')
})

test('reg-x04 puts up with clocks that differ by five minutes, or by as much as the server says that it does', () => {
  const ago = (s: number) => registration({ iat: nowS - s - 300, exp: nowS - s }, 201)
  expect(result('reg-x04', ago(300)).verdict).toBe('untouched')
  expect(result('reg-x04', ago(301)).verdict).toBe('broken')
  expect(result('reg-x04', ago(301), { as: { policy: { skewS: 600 } } }).verdict).toBe('untouched')
})

test('reg-x04 goes by the clock of the client where the server recorded nothing', () => {
  expect(result('reg-x04', registration(expired, 201, { sides: ['client'] })).verdict).toBe('broken')
})

test('reg-x04 has no occasion with a fresh statement, or without an answer', () => {
  expect(result('reg-x04', registration(fresh, 201)).verdict).toBe('untouched')
  expect(result('reg-x04', registration(expired, 500)).verdict).toBe('untouched')
  const { response: _, ...unanswered } = registration(expired, 201)
  const cut = { ...unanswered, error: { code: 'ECONNRESET', phase: 'headers' as const } }
  expect(result('reg-x04', cut).verdict).toBe('untouched')
})
