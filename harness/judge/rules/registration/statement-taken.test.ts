import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { endpoints, fakeJwt, type HopSketch, nowS } from '../../fixture.ts'
import { asks, first, good, said } from '../../fixture-registration.ts'
import type { Rule } from '../../rule.ts'
import { rule as reg033 } from './reg-033.ts'
import { rule as regX02 } from './reg-x02.ts'
import { rule as regX03 } from './reg-x03.ts'
import { rule as regX09 } from './reg-x09.ts'
import { rule as regX12 } from './reg-x12.ts'

const elsewhere = 'https://another-server.example/register'

test.each<[Rule, JsonObject, string]>([
  [reg033, {}, 'untouched'],
  [reg033, { exp: nowS - 200 }, 'untouched'],
  [reg033, { exp: nowS + 9000 }, 'untouched'],
  [reg033, { exp: null }, 'broken: expected a software statement with exp null to be refused, saw 201'],
  [reg033, { jti: '' }, 'broken: expected a software statement with jti "" to be refused, saw 201'],
  [
    reg033,
    { aud: elsewhere },
    `broken: expected a software statement with aud "${elsewhere}" to be refused, saw 201`,
  ],
  [
    regX02,
    { sub: 'app' },
    'broken: expected a software statement with sub "app" and iss "https://app-c1.example" to be refused, saw 201',
  ],
  [regX03, { aud: [elsewhere, endpoints.registration] }, 'untouched'],
  [regX03, { aud: endpoints.registration.replace('https://', 'HTTPS://') }, 'untouched'],
  [regX03, { aud: [] }, 'broken: expected a software statement with aud [] to be refused, saw 201'],
])('a statement that is taken, %#', (rule, claims, expected) => {
  expect(said(rule, [asks({ claims })])).toBe(expected)
})

test('reg-x09 asks for its code where nothing but the signature is wrong', () => {
  const signed = (claims: JsonObject, error: string): HopSketch => ({
    url: endpoints.registration,
    body: { software_statement: fakeJwt({ ...good, ...claims }, { alg: 'none', x5c: ['north'] }), udap: '1' },
    response: { status: 400, body: { error } },
  })
  expect(said(regX09, [signed({}, 'invalid_software_statement')])).toBe('met')
  expect(said(regX09, [signed({}, 'invalid_client_metadata')])).toMatch(
    /^warned: expected invalid_software_statement/,
  )
  expect(said(regX09, [signed({ contacts: [] }, 'invalid_client_metadata')])).toBe('untouched')
})

test.each<[number, string]>([
  [400, 'used'],
  [200, 'unused'],
])('reg-x12: a statement that comes again, and %i', (status, expected) => {
  const again = asks({ status, body: status < 400 ? {} : { error: 'invalid_software_statement' } })
  expect(said(regX12, [first, again])).toBe(expected)
})
