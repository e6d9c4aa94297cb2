import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as con032 } from '../consumer/con-032.ts'
import { rule as gen039 } from '../general/gen-039.ts'
import { rule as gen040 } from '../general/gen-040.ts'
import { rule as genX07 } from '../general/gen-x07.ts'
import { rule as x03 } from './b2b-x03.ts'
import { rule as x04 } from './b2b-x04.ts'
import { rule as x05 } from './b2b-x05.ts'
import { rule as x06 } from './b2b-x06.ts'
import { rule as x07 } from './b2b-x07.ts'
import { rule as x08 } from './b2b-x08.ts'
import { rule as x09 } from './b2b-x09.ts'
import { rule as x10 } from './b2b-x10.ts'
import { rule as x11 } from './b2b-x11.ts'

type Over = Partial<NonNullable<HopSketch['response']>>

/** A token request by this assertion and form, and its answer. */
function token(
  claims: JsonObject,
  form: Record<string, string>,
  status: number,
  answer: Over = {},
): HopSketch {
  const good = { iss: 'client-1', sub: 'client-1', aud: endpoints.token, exp: nowS + 200, iat: nowS }
  const fields = {
    grant_type: 'client_credentials',
    client_assertion: fakeJwt({ ...good, ...claims }),
    ...form,
  }
  const token = { access_token: 'a', token_type: 'Bearer' }
  return {
    url: endpoints.token,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
    response: { status, body: status < 400 ? token : { error: 'invalid_grant' }, ...answer },
  }
}

const registered = registration({ iss: 'https://app-c1.example', grant_types: ['client_credentials'] }, 201, {
  response: { status: 201, body: { client_id: 'client-1', grant_types: ['client_credentials'] } },
})

const code = 'a-code-that-is-long-enough'
const authorized = (over: Record<string, string> = {}): HopSketch => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'client-1',
    redirect_uri: 'https://app-c1.example/callback',
    state: 's',
    ...over,
  })
  return {
    from: 'ana',
    url: `https://as-c1.localhost:8002/authorize?${query}`,
    response: {
      status: 302,
      headers: { location: `https://app-c1.example/callback?code=${code}&state=s` },
    },
  }
}
const byCode = { grant_type: 'authorization_code', code, redirect_uri: 'https://app-c1.example/callback' }

function judged(rule: Rule, ...hops: HopSketch[]) {
  const actors = {
    ana: { kind: 'user' },
    app: { endpoints: { redirect: 'https://app-c1.example/callback' } },
  }
  const [one] = judge(evidence({ steps: [{ id: 'step', hops }], actors }), [rule]).cases
  const [found] = one!.rules
  const finding = found?.findings[0]
  return finding ? `${finding.expected}, saw ${finding.seen}` : (found?.verdict ?? 'untouched')
}

test.each<[string, Rule, JsonObject, Record<string, string>, string]>([
  ['a good request', x05, {}, {}, 'untouched'],
  ['one of several audiences', x05, { aud: ['https://b.example', endpoints.token] }, {}, 'untouched'],
  ['aud with a slash more, which may be normalised', x05, { aud: `${endpoints.token}/` }, {}, 'untouched'],
  [
    'another aud',
    x05,
    { aud: 'https://b.example' },
    {},
    'a token request with aud "https://b.example" to be denied, saw 200',
  ],
  ['no aud', x05, { aud: null }, {}, 'a token request with aud null to be denied, saw 200'],
  ['an assertion that expired within the skew', x06, { exp: nowS - 299 }, {}, 'untouched'],
  [
    'an expired assertion',
    x06,
    { exp: nowS - 301 },
    {},
    'a token request with an assertion that expired 301 s ago to be denied, saw 200',
  ],
  [
    'iss of nobody',
    x03,
    { iss: 'x', sub: 'x' },
    {},
    'a token request with iss "x", which the server gave to nobody to be denied, saw 200',
  ],
  [
    'another sub',
    x03,
    { sub: 'x' },
    {},
    'a token request with iss "client-1" and sub "x" to be denied, saw 200',
  ],
  ['no client_id', x04, {}, {}, 'untouched'],
  ['the same client_id', x04, {}, { client_id: 'client-1' }, 'met'],
  [
    'another client_id',
    x04,
    {},
    { client_id: 'x' },
    'a token request with client_id "x" and iss "client-1" to be denied, saw 200',
  ],
  [
    'a grant type that was not registered',
    x07,
    {},
    byCode,
    'a token request with grant_type "authorization_code", for which the client is not registered to be denied, saw 200',
  ],
  ['an extension grant', x07, {}, { grant_type: 'urn:example:grant' }, 'untouched'],
])('%s', (_, rule, claims, form, said) => {
  expect(judged(rule, registered, token(claims, form, 200))).toBe(said)
  const denied = said === 'untouched' ? 'untouched' : 'met'
  expect(judged(rule, registered, token(claims, form, 400))).toBe(denied)
})

test('who registered elsewhere is not known here, and neither is a request that cannot be read', () => {
  expect(judged(x03, token({ iss: 'x', sub: 'x' }, {}, 200))).toBe('untouched')
  const unreadable = {
    ...token({ aud: 'x' }, {}, 200),
    body: '{',
    headers: { 'content-type': 'application/json' },
  }
  expect(judged(x05, unreadable)).toBe('untouched')
})

test('a server that fails, or is busy, neither keeps nor breaks a rule', () => {
  expect(judged(x05, token({ aud: 'x' }, {}, 503))).toBe('untouched')
  expect(judged(x11, token({}, {}, 429, { body: '' }))).toBe('untouched')
})

test('a code is good once, for its client and its redirect_uri', () => {
  expect(judged(x08, authorized(), token({}, byCode, 200))).toBe('untouched')
  expect(judged(x08, authorized(), token({}, byCode, 200), token({}, byCode, 400))).toBe('met')
  expect(judged(x08, authorized(), token({}, byCode, 200), token({}, byCode, 200))).toBe(
    'a token request with a code that was used before to be denied, saw 200',
  )
  expect(judged(x08, authorized(), token({}, byCode, 400), token({}, byCode, 200))).toBe('untouched')
  expect(judged(x07, authorized(), token({ iss: 'x', sub: 'x' }, byCode, 200))).toContain(
    'given to another client',
  )
  expect(judged(x07, authorized(), token({}, { ...byCode, code: 'of-nobody' }, 200))).toContain(
    'given to nobody',
  )
  expect(judged(x07, token({}, byCode, 200))).toBe('untouched')
  expect(
    judged(x07, authorized(), token({}, { ...byCode, redirect_uri: 'https://x.example' }, 200)),
  ).toContain('redirect_uri "https://x.example" after one of "https://app-c1.example/callback"')
})

test('a code_verifier counts where there was a code_challenge', () => {
  const challenged = authorized({
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  const good = { ...byCode, code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' }
  expect(judged(con032, challenged, token({}, good, 200))).toBe('untouched')
  expect(judged(con032, challenged, token({}, byCode, 200))).toContain('no code_verifier')
  expect(judged(con032, challenged, token({}, { ...good, code_verifier: 'x' }, 200))).toContain(
    'does not give',
  )
  expect(judged(con032, authorized(), token({}, byCode, 200))).toBe('untouched')
})

const stored = { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' }
const body = { access_token: 'a', token_type: 'Bearer' }

test.each<[string, Rule, number, Over, string]>([
  ['all of it', x09, 200, { headers: stored }, 'met'],
  ['several directives', x09, 200, { headers: { ...stored, 'cache-control': 'No-Store, max-age=0' } }, 'met'],
  [
    'no Pragma',
    x09,
    200,
    { headers: { ...stored, pragma: '' } },
    'a token with Cache-Control: no-store and Pragma: no-cache, saw no Pragma: no-cache',
  ],
  ['an error', x09, 400, {}, 'untouched'],
  ['a charset', x10, 200, { headers: { 'content-type': 'application/json; charset=utf-8' }, body }, 'met'],
  ['201', x10, 201, { body }, 'a token with status 200, saw 201'],
  [
    'no token_type',
    x10,
    200,
    { body: { access_token: 'a' } },
    'token_type in the token response, saw nothing',
  ],
  ['400', x11, 400, { body: { error: 'invalid_client' } }, 'met'],
  ['401', x11, 401, { body: { error: 'invalid_client' } }, 'met'],
  [
    '401 for something else',
    x11,
    401,
    { body: { error: 'invalid_grant' } },
    '400, or 401 with invalid_client, for "invalid_grant", saw 401',
  ],
  ['no error', x11, 400, { body: {} }, 'a denial with an error code in JSON, saw no error'],
  [
    'a page',
    x11,
    400,
    { body: '<p>no</p>', headers: { 'content-type': 'text/html' } },
    'a denial with an error code in JSON, saw no error',
  ],
])('an answer with %s', (_, rule, status, answer, said) => {
  expect(judged(rule, token({}, {}, status, answer))).toBe(said)
})

test('scope is said when it is not what was asked for', () => {
  const asked = { scope: 'system/Patient.rs system/Observation.rs' }
  const jwt = (scope: string) => ({ body: { access_token: fakeJwt({ scope }), token_type: 'Bearer' } })
  expect(judged(gen039, token({}, asked, 200, { body: { ...body, scope: 'system/Patient.rs' } }))).toBe('met')
  expect(judged(gen039, token({}, asked, 200))).toBe('untouched')
  expect(judged(gen039, token({}, asked, 200, jwt('system/Observation.rs system/Patient.rs')))).toBe(
    'untouched',
  )
  expect(judged(gen039, token({}, asked, 200, jwt('system/Patient.rs')))).toBe(
    'scope, as "system/Patient.rs" was granted for "system/Patient.rs system/Observation.rs", saw nothing',
  )
  expect(judged(gen039, token({}, {}, 200))).toBe('scope, as none was asked for, saw nothing')
})

test('invalid_scope is for what is not supported', () => {
  const metadata: HopSketch = {
    to: 'fhir',
    url: endpoints.metadata,
    response: {
      status: 200,
      body: {
        token_endpoint: endpoints.token,
        scopes_supported: ['system/Patient.rs', 'system/Observation.rs'],
      },
    },
  }
  const answer = { body: { error: 'invalid_scope' } }
  const said = (scope: string) => judged(gen040, metadata, token({}, { scope }, 400, answer))
  expect(said('system/Device.rs')).toBe('met')
  expect(said('system/*.rs system/Patient.rs')).toBe('met')
  expect(said('system/Patient.rs system/Device.rs')).toBe(
    'invalid_scope for scopes that are not supported alone, saw it for "system/Patient.rs system/Device.rs", of which system/Patient.rs is supported',
  )
  expect(judged(gen040, token({}, { scope: 'system/Patient.rs' }, 400, answer))).toBe('untouched')
})

test('gen-x07: who tried an Authorization header is told of that scheme', () => {
  const basic = (status: number, challenge?: string) => {
    const { headers, ...hop } = token({}, {}, status, {
      body: { error: 'invalid_client' },
      ...(challenge !== undefined && { headers: { 'www-authenticate': challenge } }),
    })
    return { ...hop, headers: { ...headers, authorization: 'Basic YTpi' } }
  }
  expect(judged(genX07, basic(401, 'Basic realm="token"'))).toBe('met')
  expect(judged(genX07, basic(400))).toBe('401 after an Authorization header, saw 400')
  expect(judged(genX07, basic(401))).toBe('a WWW-Authenticate header of Basic, saw ""')
  expect(judged(genX07, token({}, {}, 401, { body: { error: 'invalid_client' } }))).toBe('untouched')
})
