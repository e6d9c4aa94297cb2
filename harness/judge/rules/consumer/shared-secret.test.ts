import { expect, test } from 'vitest'
import { endpoints, evidence, type HopSketch, origins, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as con022 } from './con-022.ts'
import { rule as con024 } from './con-024.ts'
import { rule as con029 } from './con-029.ts'

const app = 'https://app-c1.example'
const basic = (id: string) => `Basic ${Buffer.from(`${id}:secret`).toString('base64')}`

/** Without what is undefined. */
function tokenRequest(form: Record<string, string | undefined> = {}, authorization?: string): HopSketch {
  const all = { grant_type: 'authorization_code', code: 'c-1', redirect_uri: `${app}/callback`, ...form }
  const sent = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return {
    url: endpoints.token,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization && { authorization }),
    },
    body: new URLSearchParams(sent).toString(),
    response: { status: 400, body: { error: 'invalid_request' } },
  }
}

const authorized: HopSketch = {
  from: 'ana',
  url: `${origins.as}/authorize?${new URLSearchParams({ response_type: 'code', client_id: 'by-hand', state: 's', redirect_uri: `${app}/callback` })}`,
  response: { status: 302, headers: { location: `${app}/callback?code=c-1&state=s` } },
}

function result(rule: Rule, hops: HopSketch[], version = '1.1.0') {
  const sketch = {
    steps: [{ id: 'token', expect: [{ status: { $gte: 100 } }], hops }],
    actors: {
      as: {
        spec: version,
        endpoints: {
          registration: endpoints.registration,
          token: endpoints.token,
          authorization: `${origins.as}/authorize`,
        },
      },
      app: { spec: version, endpoints: { redirect: `${app}/callback` } },
      ana: { kind: 'user' as const },
    },
  }
  const found = judge(evidence(sketch), [rule]).cases[0]!.rules.find(({ id }) => id === rule.id)
  const [finding] = found?.findings ?? []
  return finding ? `${finding.expected}, saw ${finding.seen}` : (found?.verdict ?? 'untouched')
}

test('con-022 is met by a token request as RFC 6749 has it', () => {
  expect(result(con022, [authorized, tokenRequest({}, basic('by-hand'))])).toBe('met')
  expect(result(con022, [authorized, tokenRequest({ client_id: 'by-hand', client_secret: 'x' })])).toBe('met')
})

test.each<[Record<string, string | undefined>, string]>([
  [{ code: undefined }, 'one code, saw no code'],
  [{ grant_type: 'password' }, 'grant_type=authorization_code, saw grant_type "password"'],
  [
    { redirect_uri: undefined },
    `redirect_uri "${app}/callback", as in the authorization request, saw no redirect_uri`,
  ],
])('con-022 is broken by %j', (form, said) => {
  expect(result(con022, [authorized, tokenRequest(form, basic('by-hand'))])).toBe(said)
})

test('with a secret nothing of UDAP is asked for before 2.0.0', () => {
  const bySecret = tokenRequest({}, basic('by-hand'))
  expect(result(con024, [authorized, bySecret])).toBe('untouched')
  expect(result(con029, [authorized, bySecret])).toBe('untouched')
})

test('since 2.0.0, and of a client that registered with its key, it is asked for all the same', () => {
  const bySecret = tokenRequest({}, basic('by-hand'))
  expect(result(con022, [authorized, bySecret], '2.0.0')).toBe('untouched')
  expect(result(con024, [authorized, bySecret], '2.0.0')).toContain('no Authorization header')
  const registered = registration({ grant_types: ['authorization_code'] }, 201)
  const ofRegistered = tokenRequest({}, basic('client-1'))
  expect(result(con022, [registered, authorized, ofRegistered])).toBe('untouched')
  expect(result(con024, [registered, authorized, ofRegistered])).toContain('no Authorization header')
})
