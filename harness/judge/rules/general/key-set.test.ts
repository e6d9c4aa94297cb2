import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as gen012 } from './gen-012.ts'
import { rule as gen058 } from './gen-058.ts'
import { rule as gen059 } from './gen-059.ts'
import { rule as gen060 } from './gen-060.ts'
import { rule as gen061 } from './gen-061.ts'

const jku = 'https://app-c1.example/jwks.json'
const named = { alg: 'RS256', jku, kid: 'k' }

const registered = (claims: JsonObject) => registration({ iss: 'https://app-c1.example', ...claims }, 201)

const token = (header: JsonObject): HopSketch => ({
  url: endpoints.token,
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion: fakeJwt({ iss: 'client-1', sub: 'client-1', exp: nowS + 60 }, header),
  }).toString(),
  response: { status: 400, body: { error: 'invalid_client' } },
})

const keySet = (keys: JsonObject[]): HopSketch => ({
  from: 'as',
  to: 'app',
  url: jku,
  response: { status: 200, body: { keys } },
})

function judged(rule: Rule, hops: HopSketch[], spec = '2.0.0') {
  const actors = { app: { spec, endpoints: { jwks: jku } } }
  const [one] = judge(evidence({ steps: [{ id: 'step', hops }], actors }), [rule]).cases
  const [found] = one!.rules
  const finding = found?.findings[0]
  return finding ? `${finding.expected}, saw ${finding.seen}` : (found?.verdict ?? 'untouched')
}

test('a client assertion may name a key set; another JWT may not', () => {
  expect(judged(gen058, [token(named)])).toBe('used')
  expect(judged(gen058, [token({ alg: 'RS256', x5c: ['MIIB'] })])).toBe('unused')
  expect(
    judged(gen058, [registration({}, 400, { body: { software_statement: fakeJwt({}, named), udap: '1' } })]),
  ).toBe(`x5c in a software statement, saw jku "${jku}" instead`)
  expect(judged(gen058, [token(named)], '1.1.0')).toBe('untouched')
})

test('an assertion that names a key set needs no x5c', () => {
  expect(judged(gen012, [token(named)])).toBe('untouched')
  expect(judged(gen012, [token({ alg: 'RS256' })])).toBe('an x5c header with a certificate, saw nothing')
})

test('the key set has the key that the assertion names, with its certificates', () => {
  expect(judged(gen059, [token(named), keySet([{ kid: 'other' }])])).toBe('a key with kid "k", saw none')
  expect(judged(gen059, [token(named), keySet([{ kid: 'k' }])])).toBe(
    'the x5c of the client in its key, saw none',
  )
  expect(judged(gen059, [token(named), keySet([{ kid: 'k', x5c: ['MIIB'] }])])).toBe(
    'the x5c of the client in its key, saw one that holds no certificate',
  )
  expect(judged(gen059, [keySet([])])).toBe('untouched')
})

test('a server may fetch it or not', () => {
  expect(judged(gen060, [token(named), keySet([])])).toBe('used')
  expect(judged(gen060, [token(named)])).toBe('unused')
})

test('its URL was registered, where the registration is on record', () => {
  expect(judged(gen061, [registered({ jku }), token(named)])).toBe('met')
  expect(judged(gen061, [registered({}), token(named)])).toBe(
    `jku "${jku}" in the software statement, saw nothing`,
  )
  expect(judged(gen061, [token(named)])).toBe('untouched')
})
