import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { evidence, fakeJwt, type HopSketch, nowS, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as gen001 } from './gen-001.ts'
import { rule as gen002 } from './gen-002.ts'
import { rule as gen003 } from './gen-003.ts'
import { rule as gen004 } from './gen-004.ts'
import { rule as gen014 } from './gen-014.ts'
import { rule as gen015 } from './gen-015.ts'
import { rule as gen017 } from './gen-017.ts'
import { rule as x01 } from './gen-x01.ts'
import { rule as x03 } from './gen-x03.ts'
import { rule as x04 } from './gen-x04.ts'

function judged(rule: Rule, hops: HopSketch[], spec = '2.0.0') {
  const [one] = judge(evidence({ steps: [{ id: 'step', hops }], actors: { app: { spec } } }), [rule]).cases
  const [found] = one!.rules
  const finding = found?.findings[0]
  return finding ? `${finding.expected}, saw ${finding.seen}` : (found?.verdict ?? 'untouched')
}

/** A registration whose software statement is this text. */
const stating = (text: string): HopSketch =>
  registration({}, 400, { body: { software_statement: text, udap: '1' } })

const encoded = (text: string) => Buffer.from(text).toString('base64url')

test.each<[string, string]>([
  [fakeJwt({}), 'met'],
  ['a.b', 'a JWT in JWS Compact Serialization, saw a text of 2 parts'],
  [`${fakeJwt({})}.a.b`, 'a JWT in JWS Compact Serialization, saw a text of 5 parts'],
  ['YQ==.YQ.YQ', 'a JWT in JWS Compact Serialization, saw a part that is not in base64url'],
])('gen-004 and %s', (text, said) => {
  expect(judged(gen004, [stating(text)])).toBe(said)
})

test('gen-003: a JWT is signed', () => {
  const none = `${encoded('{"alg":"none"}')}.${encoded('{}')}.`
  expect(judged(gen003, [stating(none)])).toBe('a signed JWT, saw alg none')
  expect(judged(gen003, [stating(`${fakeJwt({})}.a.b`)])).toBe(
    'a signed JWT, saw five parts, as an encrypted one has',
  )
  expect(judged(gen003, [stating(fakeJwt({}))])).toBe('met')
  expect(judged(gen003, [stating('no.jwt')])).toBe('untouched')
})

test.each<[JsonObject, string]>([
  [{ alg: 'RS256' }, 'met'],
  [{ alg: 'PS512', typ: 'JWT', kid: 'k' }, 'met'],
  [{}, 'a header as in RFC 7515 4.1, saw alg nothing'],
  [
    { alg: 'RS256', x5c: 'MIIB' },
    'a header as in RFC 7515 4.1, saw x5c that is no array of certificates in base64',
  ],
  [
    { alg: 'RS256', x5c: ['a_b-'] },
    'a header as in RFC 7515 4.1, saw x5c that is no array of certificates in base64',
  ],
  [{ alg: 'RS256', crit: [] }, 'a header as in RFC 7515 4.1, saw crit []'],
  [
    { alg: 'RS256', crit: ['b64'] },
    'a header as in RFC 7515 4.1, saw crit with "b64", which is not in the header',
  ],
  [{ alg: 'RS256', crit: ['b64'], b64: true }, 'met'],
  [{ alg: 'RS256', kid: 1 }, 'a header as in RFC 7515 4.1, saw kid 1'],
])('gen-001 and a header %j', (header, said) => {
  expect(judged(gen001, [stating(fakeJwt({}, header))])).toBe(said)
})

test.each<[JsonObject, string]>([
  [{ iss: 'client-1', exp: 1.5, aud: ['https://a.example', 'b'] }, 'met'],
  [{ exp: '1' }, 'claims as in RFC 7519 4, saw exp "1"'],
  [{ iss: 'a b: c' }, 'claims as in RFC 7519 4, saw iss "a b: c"'],
  [{ aud: [1] }, 'claims as in RFC 7519 4, saw aud [1]'],
  [{ jti: 7 }, 'claims as in RFC 7519 4, saw jti 7'],
])('gen-002 and claims %j', (claims, said) => {
  expect(judged(gen002, [stating(fakeJwt(claims))])).toBe(said)
})

test('gen-x04: a name comes once, on each level', () => {
  const said = 'each name once, saw a claim that comes twice'
  const text = (header: string, claims: string) => `${encoded(header)}.${encoded(claims)}.AAAA`
  expect(judged(x04, [stating(text('{"alg":"RS256"}', '{"a":1,"a":1}'))])).toBe(said)
  expect(judged(x04, [stating(text('{"alg":"RS256"}', '{"a":{"b":1},"b":1}'))])).toBe('met')
  expect(judged(x04, [stating(text('{"alg":"RS256","alg":"RS256"}', '{}'))])).toContain('a header parameter')
})

test('gen-014 says all that is missing', () => {
  expect(judged(gen014, [stating(fakeJwt({ iss: 'a' }))])).toBe('iss, exp and jti, saw no exp, no jti')
})

const jti = (over: JsonObject) => stating(fakeJwt({ iss: 'a', jti: 'j', exp: nowS + 60, ...over }))

test('gen-015: another JWT with the jti of one that is good; the same one again is no other', () => {
  const said = 'a jti that is new, saw "j" of another software statement, which has not expired'
  expect(judged(gen015, [jti({}), jti({ iat: 1 })])).toBe(said)
  expect(judged(gen015, [jti({}), jti({})])).toBe('met')
  expect(judged(gen015, [jti({ exp: nowS }), jti({ iat: 1 })])).toBe('met')
  expect(judged(gen015, [jti({}), jti({ iss: 'b' })])).toBe('met')
})

test('gen-015: an issuer has one jti for all kinds since 1.1.0, before for each kind', () => {
  const certified = (text: string): HopSketch =>
    registration({}, 400, {
      body: {
        software_statement: fakeJwt({ iss: 'a', jti: 'j', exp: nowS + 60 }),
        certifications: [text],
        udap: '1',
      },
    })
  const both = [certified(fakeJwt({ iss: 'a', jti: 'j', exp: nowS + 90 }))]
  expect(judged(gen015, both, '1.1.0')).toContain('of another software statement')
  expect(judged(gen015, both, '1.0.0')).toBe('met')
})

test.each<[string, string]>([
  ['https://a.example', 'met'],
  ['https://a.example/', 'met'],
  ['https://a.example/b%2Fc', 'met'],
  ['urn:Example:a', 'untouched'],
  ['HTTPS://a.example/x', 'https://a.example/x, saw HTTPS://a.example/x'],
  ['https://a.example:443/x', 'https://a.example/x, saw https://a.example:443/x'],
  ['https://a.example/x/../y', 'https://a.example/y, saw https://a.example/x/../y'],
  ['https://a.example/%7ex', 'https://a.example/~x, saw https://a.example/%7ex'],
])('gen-017 and %s', (iss, said) => {
  expect(judged(gen017, [stating(fakeJwt({ iss }))])).toBe(said)
})

test('readers refuse what must be understood, and what has expired but for a few minutes', () => {
  const registered = (text: string, status: number) => ({
    ...stating(text),
    response: { status, body: { client_id: 'c' } },
  })
  const crit = fakeJwt({}, { alg: 'RS256', crit: ['x'], x: 1 })
  expect(judged(x01, [registered(crit, 201)])).toBe(
    'a JWT with crit ["x"], which the guide does not know to be refused, saw 201',
  )
  expect(judged(x01, [registered(crit, 400)])).toBe('met')
  expect(judged(x03, [registered(fakeJwt({ exp: nowS - 299 }), 201)])).toBe('untouched')
  expect(judged(x03, [registered(fakeJwt({ exp: nowS - 900 }), 201)])).toBe(
    'a JWT with exp 900 s ago to be refused, saw 201',
  )
})
