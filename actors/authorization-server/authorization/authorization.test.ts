import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { parametersOf } from '../../fixture.ts'
import { Bed } from '../../fixture-bed.ts'
import type { Community } from '../../fixture-community.ts'
import { CODE, FHIR_URL, registered, type Server, startAuthorizationServer } from '../fixture.ts'
import {
  authorizationUrl,
  Browser,
  CALLBACK,
  people,
  registerApp,
  SCOPES,
  signInThrough,
  startSignIn,
} from './fixture.ts'

const bed = new Bed()
let server: Server
let community: Community
let clientId: string
let credential: Credential
let browser: Browser

beforeAll(async () => {
  ;({ server, community, clientId, credential } = await startSignIn(bed))
})
beforeEach(() => {
  browser = new Browser(bed)
})
afterAll(() => bed.close())

type Changes = Record<string, string | undefined>
const SCOPE = 'openid patient/Patient.rs'

const urlOf = (changes: Changes = {}) => authorizationUrl(server, clientId, { scope: SCOPE, ...changes })

// What is wrong, the check that must refuse it (and no other), the error code.
const redirected: [string, string, string, Changes | string][] = [
  ['a parameter twice', 'parameters-once', 'invalid_request', '&nonce=1&nonce=2'],
  ['a request object', 'request-object', 'request_not_supported', { request: 'a.b.c' }],
  ['a request object elsewhere', 'request-object', 'request_uri_not_supported', { request_uri: 'urn:x' }],
  ['no response_type', 'response-type', 'invalid_request', { response_type: undefined }],
  ['response_type token', 'response-type', 'unsupported_response_type', { response_type: 'token' }],
  ['the answer in the fragment', 'response-mode', 'invalid_request', { response_mode: 'fragment' }],
  ['no state', 'state', 'invalid_request', { state: undefined }],
  ['an empty state', 'state', 'invalid_request', { state: '' }],
  ['no code_challenge', 'code-challenge', 'invalid_request', { code_challenge: undefined }],
  ['a short code_challenge', 'code-challenge', 'invalid_request', { code_challenge: 'short' }],
  ['a long code_challenge', 'code-challenge', 'invalid_request', { code_challenge: 'a'.repeat(44) }],
  ['PKCE with plain', 'code-challenge-method', 'invalid_request', { code_challenge_method: 'plain' }],
  ['PKCE without method', 'code-challenge-method', 'invalid_request', { code_challenge_method: undefined }],
  ['an unknown prompt', 'prompt', 'invalid_request', { prompt: 'guess' }],
  ['prompt none and login', 'prompt', 'invalid_request', { prompt: 'login none' }],
  ['max_age in words', 'max-age', 'invalid_request', { max_age: 'long' }],
  ['a negative max_age', 'max-age', 'invalid_request', { max_age: '-1' }],
  ['a scope that the client did not register', 'scope', 'invalid_scope', { scope: 'system/Patient.rs' }],
  ['a wildcard that is not supported', 'scope', 'invalid_scope', { scope: 'openid patient/*.rs' }],
  ['another FHIR server', 'audience', 'invalid_request', { aud: 'https://other.example/fhir' }],
  ['its own FHIR server with a slash', 'audience', 'invalid_request', { aud: `${FHIR_URL}/` }],
  ['an unknown launch', 'launch', 'invalid_request', { launch: 'unknown' }],
  ['launch in scope without a launch', 'launch', 'invalid_request', { scope: 'launch patient/Patient.rs' }],
]

describe('the client is told of what is wrong, by one check', () => {
  test.each(redirected)('%s: %s', async (_what, check, error, changes) => {
    const wrong = typeof changes === 'string' ? urlOf() + changes : urlOf(changes)
    const { left, answer } = await browser.open(wrong)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect(`${left?.origin}${left?.pathname}`).toBe(CALLBACK)
    const withState = typeof changes === 'string' || !('state' in changes)
    expect(Object.fromEntries(left!.searchParams)).toEqual({
      error,
      error_description: expect.stringMatching(/\.$/),
      ...(withState ? { state: 'a state' } : {}),
    })

    const arm = await server.actor.arm([{ inject: `skip/authorization-${check}` }])
    expect((await browser.open(wrong)).heading).toBe('Sign in')
    expect(await server.actor.disarm(arm)).toEqual([{ fault: `skip/authorization-${check}` }])
  })
})

test('a request without scope is refused; skipped, it is for all that the client registered', async () => {
  const other = await community.issue(['https://app.example/few'], 'few')
  const id = await registerApp(server, other, { scope: SCOPE })
  const wrong = authorizationUrl(server, id, { scope: undefined })
  expect((await browser.open(wrong)).left?.searchParams.get('error')).toBe('invalid_scope')
  const arm = await server.actor.arm([{ inject: 'skip/authorization-scope' }])
  const back = await signInThrough(browser, wrong, people.ana!)
  expect(new URL(back).searchParams.has('code')).toBe(true)
  await server.actor.disarm(arm)
})

const shown: [string, string, Changes | string][] = [
  ['no client_id', 'client', { client_id: undefined }],
  ['an unknown client', 'client', { client_id: 'unknown' }],
  ['a redirect URI of another path', 'redirect-uri', { redirect_uri: 'https://app.example/other' }],
  ['a redirect URI with one slash more', 'redirect-uri', { redirect_uri: `${CALLBACK}/` }],
  ['a redirect URI in capitals', 'redirect-uri', { redirect_uri: 'https://APP.example/callback' }],
  ['two redirect URIs', 'address-once', '&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback'],
  ['two clients', 'address-once', '&client_id=other'],
  ['a state without end', 'parameter-length', { state: 'a'.repeat(9000) }],
]

describe('who asks is not known: the browser goes nowhere', () => {
  test.each(shown)('%s: %s', async (_what, check, changes) => {
    const wrong = typeof changes === 'string' ? urlOf() + changes : urlOf(changes)
    const { answer, heading, left } = await browser.open(wrong)
    expect({ status: answer.status, heading, left }).toEqual({
      status: 400,
      heading: 'Something went wrong',
      left: undefined,
    })
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')

    const arm = await server.actor.arm([{ inject: `skip/authorization-${check}` }])
    const { heading: next, left: away } = await browser.open(wrong)
    // Two values of one parameter are refused once more, now that it is known whom to tell.
    if (check === 'address-once') expect(away?.searchParams.get('error')).toBe('invalid_request')
    else expect(next).toBe('Sign in')
    expect(await server.actor.disarm(arm)).toEqual([{ fault: `skip/authorization-${check}` }])
  })

  test('a client with client credentials', async () => {
    const backend = await community.issue(['https://app.example/machine'], 'machine')
    const id = await registered(server, backend)
    const { answer, left } = await browser.open(authorizationUrl(server, id, { scope: SCOPE }))
    expect({ status: answer.status, left }).toEqual({ status: 400, left: undefined })
    expect(answer.text).toContain('authorization_code grant')
  })

  test('a form of another type', async () => {
    const body = new URL(urlOf()).search.slice(1)
    const headers = { 'content-type': 'text/plain' }
    const answer = await server.call({ method: 'POST', path: '/authorize', headers, body })
    expect(answer.status).toBe(400)
    expect(answer.headers.location).toBeUndefined()
  })

  test('no text of the request becomes markup', async () => {
    const evil = '"><script>alert(1)</script>'
    for (const changes of [{ client_id: evil }, { redirect_uri: evil }, { login_hint: evil }]) {
      const { answer } = await browser.open(urlOf(changes))
      expect(answer.text).not.toContain('<script')
    }
  })
})

describe('a request is good', () => {
  test.each<[string, Changes]>([
    ['as it is', {}],
    ['with the FHIR server as aud', { aud: FHIR_URL }],
    ['with response_mode query', { response_mode: 'query' }],
    ['with all that OpenID Connect knows', { prompt: 'login', max_age: '60', nonce: 'n', acr_values: 'a b' }],
    ['with what nobody knows', { unknown: 'x'.repeat(4000), display: 'page', ui_locales: 'de' }],
    ['with scopes of which only some can be granted', { scope: `${SCOPE} patient/Condition.rs` }],
    ['with idp, but without udap in scope', { idp: 'https://idp.example' }],
    ['without redirect_uri, as there is one', { redirect_uri: undefined }],
  ])('%s', async (_what, changes) => {
    const { answer, heading, url } = await browser.open(urlOf(changes))
    expect(heading).toBe('Sign in')
    expect(url).toMatch(new RegExp(`^${server.url}/interaction/[\\w-]{22}$`))
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
  })

  test('as a form; who is signed in is known, though no cookie comes with a form of another site', async () => {
    const form = new URLSearchParams(new URL(urlOf()).search)
    const first = await server.call({
      method: 'POST',
      path: '/authorize',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    })
    expect(first.status).toBe(303)
    expect(first.headers.location).toBe(`${server.url}/authorize?${form}`)
    expect(first.headers['set-cookie']).toBeUndefined()
    expect((await browser.post(`${server.url}/authorize`, form)).heading).toBe('Sign in')
  })

  test('the cookie of the browser cannot be read by scripts or planted by other hosts', async () => {
    const answer = await server.call({ path: new URL(urlOf()).pathname + new URL(urlOf()).search })
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-browser=[\w-]{22}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
  })

  test('a cookie of another name is no such cookie', async () => {
    const { pathname, search } = new URL(urlOf())
    for (const name of ['browser', 'other__Host-browser']) {
      const headers = { cookie: `${name}=${'a'.repeat(22)}` }
      const answer = await server.call({ path: pathname + search, headers })
      expect(answer.headers['set-cookie']).toMatch(/^__Host-browser=/)
    }
  })

  test('without redirect_uri only when there is exactly one', async () => {
    const other = await community.issue(['https://app.example/two'], 'two')
    const id = await registerApp(server, other, {
      redirect_uris: [...CODE.redirect_uris, 'https://app.example/second?a=b'],
    })
    const request = (redirect_uri?: string) =>
      browser.open(authorizationUrl(server, id, { scope: SCOPE, redirect_uri, state: undefined }))
    expect((await request()).answer.status).toBe(400)
    const { left } = await request('https://app.example/second?a=b')
    expect(left?.href).toMatch(/^https:\/\/app\.example\/second\?a=b&error=invalid_request&/)
  })
})

describe('what the version of the guide leaves open', () => {
  const start = (change: Parameters<typeof parametersOf>[1]) =>
    startAuthorizationServer(bed, {
      communities: [community],
      context: { people, spec: parametersOf('2.0.0', change) },
      with: { grants: ['authorization_code', 'refresh_token'], scopes: SCOPES.split(' '), users: ['ana'] },
    })

  test('without state and PKCE; a challenge that is sent must be good all the same', async () => {
    const lax = await start(({ authorize }) =>
      Object.assign(authorize, { state: 'optional', pkce: 'optional' }),
    )
    const id = await registerApp(lax, credential)
    const bare = { state: undefined, code_challenge: undefined, code_challenge_method: undefined }
    const urlAt = (changes: Changes) => authorizationUrl(lax, id, { scope: SCOPE, ...bare, ...changes })
    expect((await browser.open(urlAt({}))).heading).toBe('Sign in')
    const { left } = await browser.open(
      urlAt({ code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }),
    )
    expect(left?.searchParams.get('error')).toBe('invalid_request')
  })

  test('the answer names its issuer', async () => {
    const named = await start(({ authorize }) => Object.assign(authorize, { issuerInResponse: true }))
    const id = await registerApp(named, credential)
    const { left } = await browser.open(authorizationUrl(named, id, { scope: 'unknown' }))
    expect(left?.searchParams.get('iss')).toBe(named.url)
    const metadata = await named.call({ path: '/.well-known/oauth-authorization-server' })
    expect(metadata.json()).toMatchObject({
      authorization_endpoint: `${named.url}/authorize`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      authorization_response_iss_parameter_supported: true,
    })
  })
})
