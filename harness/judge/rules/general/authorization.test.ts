import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { StageActor } from '../../../trace/trace.ts'
import { evidence, type HopSketch, nowS } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import { rules } from '../index.ts'

const holder = 'https://holder.example'
const app = 'https://app.example'
const actors: Record<string, Partial<StageActor>> = {
  holder: {
    kind: 'data-holder',
    url: holder,
    endpoints: {
      authorization: `${holder}/authorize`,
      interaction: `${holder}/interaction`,
      registration: `${holder}/register`,
      token: `${holder}/token`,
    },
  },
  app: { kind: 'client-app', url: app, endpoints: { redirect: `${app}/callback` } },
  ana: { kind: 'user', url: 'https://ana.example' },
}

/** `met`, `unused`, `untouched`, or what was wrong. */
function found(id: string, hops: HopSketch[], spec = '2.0.0'): string {
  const rule = rules.find((one) => one.id === id)!
  const all = Object.fromEntries(Object.entries(actors).map(([name, one]) => [name, { ...one, spec }]))
  const run = evidence({ steps: [{ id: 'all', hops }], actors: all })
  const [result] = judge(run, [rule]).cases[0]!.rules
  const finding = result?.findings[0]
  return finding ? `expected ${finding.expected}, saw ${finding.seen}` : (result?.verdict ?? 'untouched')
}

const verifier = 'v'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')
const sound = {
  response_type: 'code',
  client_id: 'c1',
  redirect_uri: `${app}/callback`,
  scope: 'patient/Patient.rs',
  state: 's1',
  code_challenge: challenge,
  code_challenge_method: 'S256',
}
type Changes = Record<string, string | string[] | undefined>

function queryOf(changes: Changes): string {
  const all = Object.entries({ ...sound, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, one]),
  )
  return new URLSearchParams(all).toString()
}

const registered = (redirectUris = [`${app}/callback`], client_id = 'c1'): HopSketch => ({
  from: 'app',
  to: 'holder',
  url: `${holder}/register`,
  body: { software_statement: 'x' },
  response: {
    status: 201,
    body: { client_id, redirect_uris: redirectUris, grant_types: ['authorization_code'] },
  },
})

/** An authorization request with these changes, and where the answer goes; without one a page comes. */
const asks = (changes: Changes = {}, location?: string, status = location ? 302 : 200): HopSketch => ({
  from: 'ana',
  to: 'holder',
  url: `${holder}/authorize?${queryOf(changes)}`,
  response: { status, ...(location && { headers: { location } }) },
})

const callback = (parameters: Record<string, string>, at = `${app}/callback`) =>
  `${at}?${new URLSearchParams(parameters)}`

const lands = (parameters: Record<string, string>): HopSketch => ({
  from: 'ana',
  to: 'app',
  url: callback(parameters),
  response: { status: 200 },
})

const trades = (form: Record<string, string>, status: number, error?: string): HopSketch => ({
  from: 'app',
  to: 'holder',
  url: `${holder}/token`,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ grant_type: 'authorization_code', ...form }).toString(),
  response: { status, body: error ? { error } : { access_token: 't', token_type: 'Bearer' } },
})

describe('of the authorization request', () => {
  test.each<[string, Changes, string]>([
    ['gen-020', {}, 'met'],
    ['gen-020', { client_id: 'c2' }, 'expected a client_id that holder gave at registration, saw "c2"'],
    ['gen-020', { response_type: 'code id_token' }, 'expected response_type=code, saw "code id_token"'],
    ['gen-021', { redirect_uri: undefined }, 'met'],
    [
      'gen-021',
      { redirect_uri: `${app}:443/callback` },
      `expected a redirect_uri that is registered: "${app}/callback", saw "${app}:443/callback"`,
    ],
    ['gen-022', { scope: '' }, 'expected scope, saw no scope'],
    ['gen-023', { code_challenge_method: 's256' }, 'expected code_challenge_method=S256, saw "s256"'],
    ['gen-023', { code_challenge: undefined }, 'expected code_challenge, saw no code_challenge'],
    ['gen-024', { state: '' }, 'expected state, saw no state'],
    // One wrong thing is said by one rule.
    ['gen-024', { state: ['a', 'b'] }, 'met'],
    [
      'gen-x20',
      { redirect_uri: `${app}/callback#a` },
      `expected redirect_uri an absolute URI without fragment, saw "${app}/callback#a"`,
    ],
    ['gen-x20', { redirect_uri: 'com.example.app:/callback' }, 'met'],
    [
      'gen-x22',
      { code_challenge: `${'a'.repeat(42)}=` },
      `expected code_challenge 43 characters of base64url, without padding, saw 43: "${'a'.repeat(42)}="`,
    ],
    ['gen-x22', { code_challenge_method: 'plain', code_challenge: 'short' }, 'untouched'],
    ['gen-x26', { state: ['a', 'b'] }, 'expected each parameter once, saw state more than once'],
    // RFC 8707 2
    ['gen-x26', { resource: ['https://a.example', 'https://b.example'] }, 'met'],
  ])('%s with %j: %s', (id, changes, what) => {
    expect(found(id, [registered(), asks(changes)])).toBe(what)
  })

  test('gen-021 wants redirect_uri where several are registered, and knows nothing where none is on record', () => {
    const two = registered([`${app}/callback`, `${app}/other`])
    expect(found('gen-021', [two, asks({ redirect_uri: undefined })])).toBe(
      'expected redirect_uri, as the client registered 2, saw none',
    )
    expect(found('gen-021', [two, asks({ redirect_uri: `${app}/other` })])).toBe('met')
    expect(found('gen-021', [asks({ redirect_uri: 'https://else.example' })])).toBe('untouched')
  })

  test('gen-020 takes any client_id of a client that registered somewhere else', () => {
    expect(found('gen-020', [asks({ client_id: 'by-hand' })])).toBe('met')
  })

  test.each<[string, Changes, string, string]>([
    ['con-002', { state: undefined }, '1.1.0', 'met'],
    ['con-002', { code_challenge: undefined, code_challenge_method: undefined }, '1.1.0', 'met'],
    ['con-002', { scope: undefined }, '1.1.0', 'met'],
    ['con-002', { scope: undefined }, '2.0.0', 'expected scope, saw no scope'],
    ['con-002', { response_type: undefined }, '1.1.0', 'expected response_type=code, saw nothing'],
    ['con-007', { state: undefined }, '1.1.0', 'untouched'],
    ['con-007', { state: undefined }, '2.0.0', 'expected state, saw no state'],
  ])('%s with %j in %s: %s', (id, changes, spec, what) => {
    expect(found(id, [registered(), asks(changes)], spec)).toBe(what)
  })

  test('gen-x21 and gen-x23: what comes in two requests is not fresh, but a page may be loaded again', () => {
    expect(found('gen-x21', [asks(), asks()])).toBe('met')
    expect(found('gen-x21', [asks(), asks({ scope: 'openid' })])).toBe(
      'expected another state in each authorization request, saw "s1" again',
    )
    expect(found('gen-x23', [asks(), asks({ state: 's2' })])).toMatch(
      /^expected another code_challenge in each/,
    )
    expect(found('gen-x23', [asks(), asks({ state: 's2', code_challenge: 'b'.repeat(43) })])).toBe('met')
  })
})

describe('of the authorization response', () => {
  const refused = (error: string, state?: string) => callback({ error, ...(state && { state }) })
  const code = callback({ code: 'code-1', state: 's1' })

  test.each<[string, Changes, string, string]>([
    ['con-006', {}, code, 'met'],
    ['con-006', {}, refused('invalid_idp', 's1'), 'met'],
    ['con-006', {}, callback({ state: 's1' }), 'expected code or error, saw neither'],
    [
      'con-006',
      {},
      `${app}/callback#code=a&state=s1`,
      'expected the code in the query, saw it in the fragment',
    ],
    ['con-006', { response_mode: 'fragment' }, `${app}/callback#code=a&state=s1`, 'met'],
    ['gen-026', {}, code, 'met'],
    ['gen-026', {}, refused('access_denied'), 'expected state "s1", as it was sent, saw nothing'],
    ['gen-026', { state: 'a b+c' }, callback({ code: 'a', state: 'a b+c' }), 'met'],
    ['gen-026', { state: undefined }, callback({ code: 'a', state: 'x' }), 'untouched'],
    ['gen-025', { state: undefined }, refused('invalid_request'), 'met'],
    [
      'gen-025',
      { state: undefined },
      refused('access_denied'),
      'expected error=invalid_request for a request with no state, saw error="access_denied"',
    ],
    // Either may be named; and how the server is, it alone knows.
    [
      'gen-025',
      { state: undefined, response_type: 'token' },
      refused('unsupported_response_type'),
      'untouched',
    ],
    ['gen-025', { state: undefined }, refused('temporarily_unavailable'), 'untouched'],
    [
      'gen-025',
      { state: undefined },
      callback({ code: 'a' }),
      'expected error=invalid_request for a request with no state, saw a code',
    ],
    [
      'gen-030',
      { code_challenge: undefined, code_challenge_method: undefined },
      code,
      'expected error=invalid_request for a request with no code_challenge, saw a code',
    ],
    [
      'gen-029',
      { code_challenge_method: 'plain' },
      code,
      'expected no code for a code_challenge without S256, saw a code, for "plain" method',
    ],
    ['gen-x24', { response_type: 'token' }, code, 'expected no code, saw one, for "token" response_type'],
    ['gen-x24', { response_type: 'code token' }, code, 'untouched'],
    // An implicit grant is for other texts to judge.
    ['gen-x24', { response_type: 'token' }, `${app}/callback#access_token=a&state=s1`, 'untouched'],
    ['gen-x28', {}, `${code}&state=s2`, 'expected each parameter once, saw state more than once'],
    ['tier-x05', {}, code, 'untouched'],
    [
      'tier-x05',
      { client_id: 'nobody' },
      code,
      `expected no redirect, as client_id or redirect_uri is not one that is registered, saw 302 to "${app}/callback"`,
    ],
    // Not the address that nobody knows.
    ['tier-x05', { redirect_uri: 'https://else.example/callback' }, refused('invalid_request'), 'met'],
  ])('%s for %j, with %s: %s', (id, changes, location, what) => {
    expect(found(id, [registered(), asks(changes, location)])).toBe(what)
  })

  test('gen-025 and gen-030 hold of no server of an earlier version', () => {
    expect(
      found('gen-025', [registered(), asks({ state: undefined }, callback({ code: 'a' }))], '1.1.0'),
    ).toBe('untouched')
  })

  test('a page is for who cannot be sent back, and for nobody else', () => {
    const page = (changes: Changes, status = 400) => [registered(), asks(changes, undefined, status)]
    expect(found('con-006', page({ redirect_uri: 'https://else.example' }))).toBe('met')
    expect(found('tier-x05', page({ client_id: undefined }))).toBe('met')
    expect(found('con-006', page({ state: undefined }))).toBe(
      'expected the browser sent back to the client, saw a page with 400',
    )
    expect(found('con-006', page({}, 429))).toBe('untouched')
    expect(found('con-006', page({}, 401))).toBe('untouched')
    expect(found('con-006', page({}, 500))).toBe('untouched')
    expect(found('con-006', [asks({ state: undefined }, undefined, 400)])).toBe('untouched')
  })
})

describe('of state at the client', () => {
  const code = { code: 'code-1', code_verifier: verifier }
  const answered = asks({}, callback({ code: 'code-1', state: 'else' }))

  test.each<[string, HopSketch[], string]>([
    ['stops', [lands({ code: 'code-1', state: 'else' })], 'met'],
    [
      'goes on',
      [lands({ code: 'code-1', state: 'else' }), trades(code, 200)],
      'expected the client to stop at an answer with state "else", which it never sent, saw its code in a token request',
    ],
    [
      'goes on without any',
      [lands({ code: 'code-1' }), trades(code, 400, 'invalid_grant')],
      'expected the client to stop at an answer with no state, saw its code in a token request',
    ],
    [
      'uses a code that came with the right one',
      [lands({ code: 'code-1', state: 's1' }), trades(code, 200)],
      'untouched',
    ],
    ['gets an error', [lands({ error: 'access_denied' })], 'untouched'],
  ])('gen-027 when it %s', (_, hops, what) => {
    expect(found('gen-027', [answered, ...hops])).toBe(what)
  })
})

describe('of code_verifier', () => {
  const answered = asks({}, callback({ code: 'code-1', state: 's1' }))
  const flaw = 'a code_verifier that does not give the code_challenge of the authorization request'

  test.each<[string, Record<string, string>, number, string | undefined, string]>([
    ['gen-028', { code_verifier: verifier }, 200, undefined, 'met'],
    [
      'gen-028',
      { code_verifier: 'x' },
      400,
      'invalid_grant',
      `expected the code_verifier of the code_challenge, saw ${flaw}`,
    ],
    ['gen-029', { code_verifier: verifier }, 200, undefined, 'met'],
    ['gen-029', { code_verifier: 'x' }, 400, 'invalid_request', 'met'],
    ['gen-029', {}, 200, undefined, 'expected no token for a token request with no code_verifier, saw 200'],
    ['gen-031', { code_verifier: verifier }, 200, undefined, 'untouched'],
    ['gen-031', { code_verifier: 'x' }, 400, 'invalid_grant', 'met'],
    [
      'gen-031',
      { code_verifier: 'x' },
      200,
      undefined,
      `expected error=invalid_grant for a token request with ${flaw}, saw 200`,
    ],
    ['gen-031', {}, 401, 'invalid_client', 'untouched'],
    // Without an assertion there is another reason for it.
    ['gen-031', {}, 400, 'invalid_request', 'untouched'],
  ])('%s with %j and %s %s: %s', (id, form, status, error, what) => {
    expect(found(id, [answered, trades({ code: 'code-1', ...form }, status, error)])).toBe(what)
  })
})

describe('of an access token at the FHIR server', () => {
  const issued = (expires_in: number, scope: string): HopSketch => ({
    ...trades({}, 200),
    response: { status: 200, body: { access_token: 'token-1', token_type: 'Bearer', expires_in, scope } },
  })
  const reads = (path: string, status: number, challenge?: string, token = 'Bearer token-1'): HopSketch => ({
    from: 'app',
    to: 'holder',
    url: `${holder}/${path}`,
    ...(token && { headers: { authorization: token } }),
    response: { status, ...(challenge && { headers: { 'www-authenticate': challenge } }) },
  })

  test.each<[string, HopSketch, string]>([
    ['gen-x30', reads('Patient/p1', 200), 'met'],
    ['gen-x30', reads('Patient/p1', 200, undefined, 'bearer token-1'), 'met'],
    [
      'gen-x30',
      reads('Patient/p1?access_token=token-1', 200, undefined, ''),
      'expected the access token in the Authorization header, saw it in the query or a form',
    ],
    ['gen-x30', reads('Patient/p1', 401, undefined, ''), 'untouched'],
    [
      'gen-x31',
      reads('Patient?access_token=token-1', 200),
      'expected the access token in one place, saw it in the header and in the query or a form',
    ],
    ['gen-x32', reads('Patient/p1', 401, 'Bearer realm="a"'), 'met'],
    ['gen-x32', reads('Patient/p1', 401, 'Basic realm="a", Bearer error="invalid_token"'), 'met'],
    [
      'gen-x32',
      reads('Patient/p1', 401, 'Bearer'),
      'expected WWW-Authenticate with scheme Bearer and a parameter, beside 401, saw "Bearer"',
    ],
    ['gen-x32', reads('Patient/p1', 403), 'untouched'],
    ['gen-x33', reads('Patient/p1', 401, 'Bearer realm="a", error="invalid_token"'), 'met'],
    ['gen-x33', reads('Patient/p1', 401, 'Bearer error=invalid_token'), 'met'],
    ['gen-x33', reads('Patient/p1', 401, 'Bearer error="of_our_own"'), 'met'],
    [
      'gen-x33',
      reads('Patient/p1', 401, 'Bearer realm="a"'),
      'expected an error in WWW-Authenticate, saw none',
    ],
    [
      'gen-x33',
      reads('Patient/p1', 401, 'Bearer error="insufficient_scope"'),
      'expected 403 with error=insufficient_scope, saw 401',
    ],
    ['gen-x33', reads('Patient/p1', 403), 'untouched'],
    ['gen-x34', reads('Patient/p1', 401, 'Bearer realm="a"', ''), 'met'],
    [
      'gen-x34',
      reads('Patient/p1', 401, 'Bearer error="invalid_token"', ''),
      'expected no error where no token was shown, saw error="invalid_token"',
    ],
  ])('%s: %#', (id, hop, what) => {
    expect(found(id, [issued(300, 'patient/Patient.rs'), hop])).toBe(what)
  })

  test.each<[number, string, string, number, string]>([
    [300, 'patient/Patient.rs', 'Patient/p1', 200, 'untouched'],
    // The fixture's hops are all at one moment: it ran out before.
    [-301, 'patient/Patient.rs', 'Patient/p1', 401, 'met'],
    [
      -301,
      'patient/Patient.rs',
      'Patient/p1',
      200,
      'expected a token that ran out 301 s ago to be refused, saw 200',
    ],
    [-299, 'patient/Patient.rs', 'Patient/p1', 200, 'untouched'],
    [300, 'patient/Patient.rs', 'Observation', 403, 'met'],
    [
      300,
      'patient/Patient.rs openid',
      'Observation',
      200,
      'expected a token of scope "patient/Patient.rs openid" to be refused, saw 200',
    ],
    [
      300,
      'patient/Patient.r',
      'Patient?name=a',
      200,
      'expected a token of scope "patient/Patient.r" to be refused, saw 200',
    ],
    [300, 'user/*.read', 'Observation?code=a', 200, 'untouched'],
    [300, 'patient/Observation.rs?category=a', 'Observation', 200, 'untouched'],
    // What a scope of another sort opens is not known, nor what an operation needs.
    [300, 'everything', 'Observation', 200, 'untouched'],
    [300, 'patient/Patient.rs', 'Patient/p1/$everything', 200, 'untouched'],
  ])('gen-x35 with expires_in %d, scope %s, at %s: %d', (expires, scope, path, status, what) => {
    expect(found('gen-x35', [issued(expires, scope), reads(path, status)])).toBe(what)
  })

  const refuse = 'expected a token of scope "system/Endpoint.rs" to be refused, saw 201'
  test.each<[string, string, string, string]>([
    ['POST', 'Endpoint', 'system/Endpoint.rs', refuse],
    ['PUT', 'Endpoint/e1', 'system/Endpoint.rs', refuse],
    ['POST', 'Endpoint', 'system/Endpoint.cu', 'untouched'],
    ['PUT', 'Endpoint/e1', 'system/Endpoint.write', 'untouched'],
    ['POST', 'Endpoint/_search', 'system/Endpoint.rs', 'untouched'],
  ])('gen-x35 of a %s of %s with %s', (method, path, scope, what) => {
    expect(found('gen-x35', [issued(300, scope), { ...reads(path, 201), method }])).toBe(what)
  })
})

describe('of wildcards', () => {
  const metadata = (scopes_supported: string[]): HopSketch => ({
    from: 'app',
    to: 'holder',
    url: `${holder}/.well-known/udap`,
    response: { status: 200, body: { token_endpoint: `${holder}/token`, scopes_supported } },
  })
  const backend = (scope: string, granted?: string): HopSketch => ({
    ...trades({ grant_type: 'client_credentials', scope }, 200),
    response: {
      status: 200,
      body: { access_token: 't', exp: nowS, ...(granted !== undefined && { scope: granted }) },
    },
  })

  test.each<[string, string[], string, string | undefined, string]>([
    ['gen-034', ['system/*.rs'], 'system/*.rs', undefined, 'used'],
    ['gen-034', ['system/*.rs'], 'system/Patient.rs', undefined, 'unused'],
    [
      'gen-034',
      ['system/Patient.rs'],
      'system/*.rs',
      undefined,
      'expected no wildcard, as scopes_supported shows none, saw "system/*.rs"',
    ],
    ['gen-035', ['system/*.rs'], 'system/*.rs', 'system/*.rs', 'met'],
    ['gen-035', ['system/*.rs'], 'system/*.rs', 'system/Patient.r system/Observation.rs', 'met'],
    ['gen-035', ['system/*.rs'], 'system/*.rs', undefined, 'met'],
    [
      'gen-035',
      ['system/*.cruds'],
      'system/*.rs',
      'openid',
      'expected system/*.rs, or what is granted of it, saw scope "openid"',
    ],
    ['gen-035', ['system/*.rs'], 'system/*.cruds', 'openid', 'untouched'],
  ])('%s with %j, asked for %s, granted %s: %s', (id, supported, asked, granted, what) => {
    expect(found(id, [metadata(supported), backend(asked, granted)])).toBe(what)
  })
})
