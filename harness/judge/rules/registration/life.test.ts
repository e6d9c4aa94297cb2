import { expect, test } from 'vitest'
import { endpoints, evidence, fakeJwt, type HopSketch } from '../../fixture.ts'
import { asks, cancel, first, issued, renamed, said } from '../../fixture-registration.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as reg036 } from './reg-036.ts'
import { rule as reg047 } from './reg-047.ts'
import { rule as reg048 } from './reg-048.ts'
import { rule as reg049 } from './reg-049.ts'
import { rule as reg050 } from './reg-050.ts'
import { rule as reg051 } from './reg-051.ts'
import { rule as reg052 } from './reg-052.ts'
import { rule as reg054 } from './reg-054.ts'

test.each<[string, Rule, HopSketch[], string]>([
  ['a new client', reg036, [first], 'met'],
  [
    'a new client and 200',
    reg036,
    [asks({ status: 200 })],
    'broken: expected 201 for a new registration, saw 200',
  ],
  ['a modification', reg036, [first, asks({ claims: renamed, status: 200 })], 'met'],
  ['no client_id', reg036, [asks({ body: { client_id: '' } })], 'broken: expected a client_id, saw ""'],
  ['a refusal', reg036, [asks({ status: 400, body: { error: 'invalid_client_metadata' } })], 'untouched'],
  [
    'the client_id of somebody else',
    reg036,
    [first, asks({ claims: { iss: 'https://other.example' } })],
    'broken: expected a client_id of its own, saw "one", which https://app-c1.example has in north',
  ],
  [
    'after a cancellation',
    reg036,
    [first, asks({ claims: cancel, status: 200 }), asks({ status: 200 })],
    'broken: expected 201 for a new registration, saw 200',
  ],

  ['in two communities', reg048, [first, asks({ community: 'south', body: { client_id: 'two' } })], 'met'],
  [
    'in two communities with one client_id',
    reg048,
    [first, asks({ community: 'south' })],
    'broken: expected another client_id in south than in north, saw "one"',
  ],
  [
    'a second registration in one of two communities',
    reg047,
    [first, asks({ community: 'south', body: { client_id: 'two' } })],
    'untouched',
  ],
  [
    'a modification in one of two communities',
    reg047,
    [
      first,
      asks({ community: 'south', body: { client_id: 'two' } }),
      asks({ community: 'south', claims: renamed, status: 200, body: { client_id: 'two' } }),
    ],
    'met',
  ],

  ['another name', reg049, [first, asks({ claims: renamed, status: 200 })], 'met'],
  ['nothing new', reg049, [first, asks({ claims: { jti: 'jti-2' }, status: 200 })], 'untouched'],
  [
    'the old name',
    reg049,
    [first, asks({ claims: renamed, status: 200, body: { client_name: 'A backend' } })],
    'broken: expected client_name "Renamed" in the place of that of before, saw "A backend"',
  ],
  [
    'a name that the server chooses each time',
    reg049,
    [
      asks({ body: { client_name: 'Member 7' } }),
      asks({ claims: renamed, status: 200, body: { client_name: 'Member 7' } }),
    ],
    'untouched',
  ],
  [
    'more scopes than were asked for',
    reg049,
    [
      asks({ claims: { scope: 'a b' } }),
      asks({ claims: { ...renamed, scope: 'a' }, status: 200, body: { scope: 'a b' } }),
    ],
    'met',
  ],

  ['the same client_id', reg050, [first, asks({ claims: renamed, status: 200 })], 'met'],
  [
    'another client_id',
    reg050,
    [first, asks({ claims: renamed, body: { client_id: 'two' } })],
    'warned: expected the client_id "one" again, saw "two"',
  ],
  [
    'after a cancellation',
    reg050,
    [first, asks({ claims: cancel, status: 200 }), asks({ body: { client_id: 'two' } })],
    'untouched',
  ],
  ['200', reg054, [first, asks({ claims: renamed, status: 200 })], 'met'],
  ['201', reg054, [first, asks({ claims: renamed })], 'warned: expected 200 for a modification, saw 201'],
  [
    '201 with another client_id',
    reg054,
    [first, asks({ claims: renamed, body: { client_id: 'two' } })],
    'untouched',
  ],

  ['a cancellation', reg052, [first, asks({ claims: cancel, status: 200 })], 'met'],
  [
    'of nothing',
    reg052,
    [asks({ claims: cancel, status: 400, body: { error: 'invalid_client_metadata' } })],
    'untouched',
  ],
  [
    'refused',
    reg052,
    [first, asks({ claims: cancel, status: 400, body: { error: 'invalid_client_metadata' } })],
    'warned: expected grant_types [], which confirms the cancellation, saw 400 with body error="invalid_client_metadata"',
  ],
  [
    'refused as it names nobody to write to',
    reg052,
    [
      first,
      asks({ claims: { ...cancel, contacts: [] }, status: 400, body: { error: 'invalid_client_metadata' } }),
    ],
    'untouched',
  ],
])('%s', (_, rule, hops, expected) => {
  expect(said(rule, hops)).toBe(expected)
})

test('a server that was there before the case may know the client', () => {
  expect(said(reg036, [asks({ status: 200 })], '2.0.0', 'https://as.example')).toBe('met')
})

test.each([
  ['as', 'ran', undefined],
  ['app', 'ran', 'warned'],
  ['as', 'skipped', 'warned'],
] as const)('a server may give another client_id after it was killed: %s, %s', (actor, state, verdict) => {
  const run = evidence({
    steps: [
      { id: 'register', hops: [first] },
      { id: 'down', uses: 'testbed/kill', record: { input: { actor }, state } },
      { id: 'again', hops: [asks({ body: { client_id: 'two' } })] },
    ],
    stage: { issued },
  })
  const [rule] = judge(run, [reg050]).cases[0]!.rules
  expect(rule?.verdict).toBe(verdict)
})

test('in version 1.0.0 a client has one registration, whatever its community', () => {
  const south = asks({ community: 'south', body: { client_id: 'two' } })
  expect(said(reg050, [first, south], '1.0.0')).toBe('warned: expected the client_id "one" again, saw "two"')
  expect(said(reg050, [first, south], '1.1.0')).toBe('untouched')
  expect(said(reg048, [first, asks({ community: 'south' })], '1.0.0')).toBe('untouched')
})

test.each<[string, number, string]>([
  ['one', 200, 'broken: expected nothing for the client_id "one", which a modification replaced, saw 200'],
  ['one', 401, 'met'],
  ['two', 200, 'untouched'],
])('the client_id %s and %i after another one was given', (clientId, status, expected) => {
  const client_assertion = fakeJwt({ iss: clientId, sub: clientId })
  const token: HopSketch = {
    url: endpoints.token,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion }).toString(),
    response: { status, body: status === 200 ? { access_token: 'a' } : { error: 'invalid_client' } },
  }
  const replaced = asks({ claims: renamed, status: 200, body: { client_id: 'two' } })
  expect(said(reg051, [first, replaced, token])).toBe(expected)
})
