import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { JWT_BEARER } from '../../../../wire/oauth.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS, origins, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as b2bX21 } from '../b2b/b2b-x21.ts'
import { rule as b2bX23 } from '../b2b/b2b-x23.ts'
import { rule as con013 } from './con-013.ts'
import { rule as con015 } from './con-015.ts'
import { rule as con017 } from './con-017.ts'
import { rule as con018 } from './con-018.ts'
import { rule as con019 } from './con-019.ts'
import { rule as con023 } from './con-023.ts'
import { rule as con024 } from './con-024.ts'
import { rule as con025 } from './con-025.ts'
import { rule as con026 } from './con-026.ts'
import { rule as con027 } from './con-027.ts'
import { rule as con035 } from './con-035.ts'
import { rule as conX01 } from './con-x01.ts'

const app = 'https://app-c1.example'
const claims = {
  iss: 'client-1',
  sub: 'client-1',
  aud: endpoints.token,
  iat: nowS,
  exp: nowS + 300,
  jti: 'j-1',
}
const assertion = (over: JsonObject = {}) => fakeJwt({ ...claims, ...over })

/** Without what is undefined. */
function tokenRequest(
  over: Record<string, string | undefined> = {},
  more: Partial<HopSketch> = {},
): HopSketch {
  const form = {
    grant_type: 'authorization_code',
    code: 'code-1',
    redirect_uri: `${app}/callback`,
    client_assertion_type: JWT_BEARER,
    client_assertion: assertion(),
    udap: '1',
    ...over,
  }
  const sent = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return {
    url: endpoints.token,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(sent).toString(),
    response: { status: 200, body: { access_token: 'a-token', token_type: 'Bearer' } },
    ...more,
  }
}

const registered = registration({ grant_types: ['authorization_code'] }, 201)
const metadata = (token_endpoint: string): HopSketch => ({
  to: 'fhir',
  url: endpoints.metadata,
  response: { status: 200, body: { token_endpoint } },
})

/** An authorization request with these parameters more, answered with code-1. */
function authorized(query: Record<string, string> = { redirect_uri: `${app}/callback` }): HopSketch {
  const asked = new URLSearchParams({ response_type: 'code', client_id: 'client-1', state: 's', ...query })
  return {
    from: 'ana',
    url: `${origins.as}/authorize?${asked}`,
    response: { status: 302, headers: { location: `${app}/callback?code=code-1&state=s` } },
  }
}

const people = {
  as: {
    endpoints: {
      registration: endpoints.registration,
      token: endpoints.token,
      authorization: `${origins.as}/authorize`,
    },
  },
  app: { endpoints: { redirect: `${app}/callback` } },
  ana: { kind: 'user' },
}

/** Of the last hop, in words. */
const said = (rule: Rule, ...hops: HopSketch[]): string => saidIn('2.0.0', rule, ...hops)

function saidIn(spec: string, rule: Rule, ...hops: HopSketch[]): string {
  const steps = [{ id: 'token', hops }]
  const actors = { ...people, app: { ...people.app, spec } }
  const [one] = judge(evidence({ steps, actors }), [rule]).cases
  const [found] = one!.rules
  const finding = found?.findings[0]
  return finding ? `expected ${finding.expected}, saw ${finding.seen}` : (found?.verdict ?? 'untouched')
}

test.each<[string, HopSketch, string]>([
  ['a form', tokenRequest(), 'met'],
  [
    'a form with a charset',
    tokenRequest({}, { headers: { 'content-type': 'Application/x-www-form-urlencoded; charset=utf-8' } }),
    'met',
  ],
  ['a GET', tokenRequest({}, { method: 'GET' }), 'expected a POST, saw a GET'],
  [
    'JSON',
    tokenRequest({}, { headers: {}, body: { grant_type: 'authorization_code', code: 'code-1' } }),
    'expected a body of type application/x-www-form-urlencoded, saw "application/json"',
  ],
  ['a refresh request', tokenRequest({ grant_type: 'refresh_token' }), 'untouched'],
  [
    'an extension grant',
    tokenRequest({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' }),
    'untouched',
  ],
])('con-023, the POST of a form: %s', (_what, hop, words) => {
  expect(said(con023, hop)).toBe(words)
})

test.each<[string, HopSketch, string]>([
  ['neither', tokenRequest(), 'met'],
  ['a secret', tokenRequest({ client_secret: 'hush' }), 'expected no client_secret, saw one'],
  [
    'a header',
    tokenRequest(
      {},
      { headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic aHVzaA==' } },
    ),
    'expected no Authorization header, saw one of scheme "Basic"',
  ],
])('con-024, no secret: %s', (_what, hop, words) => {
  expect(said(con024, hop)).toBe(words)
})

test('con-024: a consumer app of 1.x may have a secret instead of a key', () => {
  const hop = tokenRequest({ client_id: 'by-hand', client_secret: 'hush', client_assertion: undefined })
  expect(said(con024, hop)).toBe('expected no client_secret, saw one')
  expect(saidIn('1.1.0', con024, hop)).toBe('untouched')
})

test.each<[string, HopSketch[], string]>([
  [
    'with a code, whatever it says',
    [tokenRequest({ grant_type: 'password' })],
    'expected grant_type=authorization_code, saw grant_type "password"',
  ],
  [
    'of who registered for it',
    [registered, tokenRequest({ grant_type: undefined, code: undefined })],
    'expected grant_type=authorization_code, saw no grant_type',
  ],
  ['of nobody who is known', [tokenRequest({ grant_type: undefined, code: undefined })], 'untouched'],
])('con-025, grant_type: %s', (_what, hops, words) => {
  expect(said(con025, ...hops)).toBe(words)
})

test.each<[string, HopSketch[], string]>([
  ['the one that came', [authorized(), tokenRequest()], 'met'],
  [
    'one that never came',
    [authorized(), tokenRequest({ code: 'x' })],
    'expected a code that came from the authorization server, saw one that never came',
  ],
  ['none', [authorized(), tokenRequest({ code: undefined })], 'expected a code, saw no code'],
  ['from who knows where', [tokenRequest()], 'untouched'],
])('con-026, the code: %s', (_what, hops, words) => {
  expect(said(con026, ...hops)).toBe(words)
})

test.each<[string, HopSketch[], string]>([
  ['the same', [authorized(), tokenRequest()], 'met'],
  ['in neither', [registered, authorized({}), tokenRequest({ redirect_uri: undefined })], 'met'],
  [
    'in the first only',
    [authorized(), tokenRequest({ redirect_uri: undefined })],
    `expected redirect_uri "${app}/callback", as in the authorization request, saw no redirect_uri`,
  ],
  [
    'in the second only',
    [registered, authorized({}), tokenRequest()],
    `expected no redirect_uri, as there was none in the authorization request, saw redirect_uri "${app}/callback"`,
  ],
  [
    'another form of it',
    [authorized(), tokenRequest({ redirect_uri: `${app}:443/callback` })],
    `expected redirect_uri "${app}/callback", as in the authorization request, saw redirect_uri "${app}:443/callback"`,
  ],
])('con-027, redirect_uri: %s', (_what, hops, words) => {
  expect(said(con027, ...hops)).toBe(words)
})

const withClaims = (over: JsonObject) => tokenRequest({ client_assertion: assertion(over) })

test.each<[string, HopSketch[], string]>([
  ['as assigned', [registered, tokenRequest()], 'met'],
  [
    'of somebody else',
    [registered, withClaims({ iss: 'other' })],
    'expected iss "client-1", the client_id that was assigned, saw "other"',
  ],
  ['assigned elsewhere', [withClaims({ iss: 'other' })], 'untouched'],
  [
    'in a refresh request',
    [registered, tokenRequest({ grant_type: 'refresh_token', client_assertion: assertion({ iss: 'x' }) })],
    'expected iss "client-1", the client_id that was assigned, saw "x"',
  ],
])('con-013, iss: %s', (_what, hops, words) => {
  expect(said(con013, ...hops)).toBe(words)
})

const withPort = endpoints.token.replace('/token', '/token?')
test.each<[string, HopSketch[], string]>([
  ['as published', [metadata(endpoints.token), tokenRequest()], 'met'],
  [
    'one of several',
    [metadata(endpoints.token), withClaims({ aud: ['https://x.example', endpoints.token] })],
    'met',
  ],
  ['nothing is known of what was published', [tokenRequest()], 'met'],
  [
    'with a slash more',
    [metadata(endpoints.token), withClaims({ aud: `${endpoints.token}/` })],
    `expected aud "${endpoints.token}", the token endpoint as published, saw "${endpoints.token}/"`,
  ],
  [
    'with a query more',
    [metadata(endpoints.token), withClaims({ aud: withPort })],
    `expected aud "${endpoints.token}", the token endpoint as published, saw "${withPort}"`,
  ],
  [
    'published with capitals',
    [metadata(endpoints.token.replace('https', 'HTTPS')), tokenRequest()],
    `expected aud "${endpoints.token.replace('https', 'HTTPS')}", the token endpoint as published, saw "${endpoints.token}"`,
  ],
])('con-015, aud: %s', (_what, hops, words) => {
  expect(said(con015, ...hops)).toBe(words)
})

test.each<[Rule, JsonObject, string]>([
  [con017, { iat: nowS + 300 }, 'met'],
  [
    con017,
    { iat: nowS + 400 },
    'expected iat the time at which it was made, saw iat 400 s after it was sent',
  ],
  [con017, { iat: String(nowS) }, `expected iat a whole number, saw iat "${nowS}"`],
  [con019, { exp: nowS + 300 }, 'met'],
  [con019, { exp: nowS + 301 }, 'expected exp at most 300 s after iat, saw exp 301 s after iat'],
  [b2bX23, { exp: nowS - 300 }, 'met'],
  [
    b2bX23,
    { exp: nowS - 301 },
    'expected a client assertion that has not expired, saw one that expired 301 s ago',
  ],
])('times of an assertion: %o', (rule, over, words) => {
  expect(said(rule, withClaims(over))).toBe(words)
})

test.each<[string, HopSketch[], string]>([
  ['a new one each time', [tokenRequest(), withClaims({ jti: 'j-2' })], 'met'],
  ['the same JWT again is no other one', [tokenRequest(), tokenRequest()], 'met'],
  [
    'of one before',
    [tokenRequest(), withClaims({ iat: nowS + 1 })],
    'expected a jti of its own, saw that of a JWT before it, which has not expired',
  ],
  ['of one that has expired', [withClaims({ iat: nowS - 301, exp: nowS - 1 }), tokenRequest()], 'met'],
  ['of another issuer', [withClaims({ iss: 'client-2' }), tokenRequest()], 'met'],
])('con-018, jti: %s', (_what, hops, words) => {
  expect(said(con018, ...hops)).toBe(words)
})

test.each([
  ['a'.repeat(43), 'met'],
  ['~'.repeat(128), 'met'],
  [
    'a'.repeat(42),
    'expected a code_verifier of 43 to 128 letters, digits and -._~, saw one of 42 characters',
  ],
  [
    'ü'.repeat(50),
    'expected a code_verifier of 43 to 128 letters, digits and -._~, saw one of 50 characters, some of them others',
  ],
])('con-x01, the code_verifier %s', (code_verifier, words) => {
  expect(said(conX01, tokenRequest({ code_verifier }))).toBe(words)
})

test('b2b-x21: client_id may be left out, and else is that of the assertion', () => {
  expect(said(b2bX21, tokenRequest())).toBe('untouched')
  expect(said(b2bX21, tokenRequest({ client_id: 'client-1' }))).toBe('met')
  expect(said(b2bX21, tokenRequest({ client_id: 'x' }))).toBe(
    'expected client_id "client-1", the sub of the client assertion, saw client_id "x"',
  )
})

test('con-035: a refresh token is used, or it is not', () => {
  const first = tokenRequest({}, { response: { status: 200, body: { refresh_token: 'r-1' } } })
  const refresh = tokenRequest({ grant_type: 'refresh_token', refresh_token: 'r-1' })
  expect(said(con035, first)).toBe('unused')
  expect(said(con035, first, refresh)).toBe('used')
})
