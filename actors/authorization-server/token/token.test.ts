import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKey } from '../../../certs/keys.ts'
import type { Credential, JsonObject } from '../../actor.ts'
import type { CallResponse } from '../../call.ts'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import {
  answerOf,
  B2B,
  CLIENT_URI,
  FORM_TYPE,
  type JwtChanges,
  registered,
  requestToken,
  type Server,
  signAssertion,
  startAuthorizationServer,
  startParties,
  tokenForm,
} from '../fixture.ts'

const bed = new Bed()
let community: Community
let credential: Credential
let server: Server
let clientId: string

beforeAll(async () => {
  ;({ community, credential, server } = await startParties(bed))
  clientId = await registered(server, credential, 'system/Patient.rs system/Observation.rs')
})
afterAll(() => bed.close())

type Form = Record<string, string | undefined>

async function tokenWith(changes: JwtChanges, form: Form = {}, by = credential): Promise<CallResponse> {
  return requestToken(server, await signAssertion(server, by, clientId, changes), form)
}

describe('a good token request', () => {
  test('is answered with a Bearer token that nobody may store', async () => {
    const answer = await tokenWith({})
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(answerOf(answer)).toEqual({
      status: 200,
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'system/Patient.rs',
    })
  })

  test('gives a JWT access token for the resource server, which the JWKS verifies (RFC 9068)', async () => {
    const { access_token } = (await tokenWith({})).json() as { access_token: string }
    const jwks = (await server.call({ path: '/jwks' })).json() as unknown as JSONWebKeySet
    const { payload } = await jwtVerify(access_token, createLocalJWKSet(jwks), {
      typ: 'at+jwt',
      algorithms: ['RS256'],
      issuer: server.url,
      audience: 'https://fhir-c1.localhost/fhir',
      requiredClaims: ['jti', 'iat', 'exp'],
    })
    expect(payload).toMatchObject({ sub: clientId, client_id: clientId, scope: 'system/Patient.rs' })
    expect(payload.exp! - payload.iat!).toBe(300)
    expect(jwks.keys[0]).not.toHaveProperty('d')
  })

  test('without scope gets all that was registered, and is told', async () => {
    expect(answerOf(await tokenWith({}, { scope: undefined }))).toMatchObject({
      status: 200,
      scope: 'system/Patient.rs system/Observation.rs',
    })
    expect(answerOf(await tokenWith({}, { scope: '' }))).toMatchObject({ status: 200 })
  })

  test('for more than can be granted gets what can be', async () => {
    const scope = 'system/Nothing.rs system/Observation.rs'
    expect(answerOf(await tokenWith({}, { scope }))).toMatchObject({
      status: 200,
      scope: 'system/Observation.rs',
    })
  })

  test('may come with a renewed certificate of the same URI, its client_id, and aud as a list', async () => {
    const renewed = await community.issue(['https://other.example', CLIENT_URI], 'client ec', 'ec-p256')
    const aud = ['https://elsewhere.example', `${server.url}/token`]
    const answer = await tokenWith({ claims: { aud } }, { client_id: clientId }, renewed)
    expect(answerOf(answer)).toMatchObject({ status: 200 })
  })
})

const now = Math.floor(Date.now() / 1000)
const claims = (changed: Record<string, unknown>): JwtChanges => ({ claims: changed })

// What is wrong, the check that must refuse it (and no other), the error code.
const refusals: [string, string, string, JwtChanges, Form?][] = [
  ['a client_secret', 'token-client-secret', 'invalid_request', {}, { client_secret: 'x' }],
  ['no udap', 'token-udap-version', 'invalid_request', {}, { udap: undefined }],
  ['udap 2', 'token-udap-version', 'invalid_request', {}, { udap: '2' }],
  [
    'another client_assertion_type',
    'client-assertion-type',
    'invalid_request',
    {},
    { client_assertion_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
  ],
  ['no x5c', 'client-assertion-x5c', 'invalid_request', { header: { x5c: undefined } }],
  ['another client_id', 'token-client-id', 'invalid_client', {}, { client_id: 'somebody' }],
  ['sub other than iss', 'client-assertion-subject', 'invalid_client', claims({ sub: CLIENT_URI })],
  [
    'a client that is not registered',
    'client-assertion-issuer',
    'invalid_client',
    claims({ iss: 'nobody', sub: 'nobody' }),
  ],
  [
    'aud of another endpoint',
    'client-assertion-audience',
    'invalid_client',
    claims({ aud: 'https://as.example/token' }),
  ],
  ['exp that is not whole', 'client-assertion-times', 'invalid_client', claims({ exp: now + 60.5 })],
  ['iat null', 'client-assertion-times', 'invalid_client', claims({ iat: null })],
  ['iat in the future', 'client-assertion-issued-at', 'invalid_client', claims({ iat: now + 120 })],
  ['expired', 'client-assertion-expiry', 'invalid_client', { offsetS: -600 }],
  [
    'lives too long',
    'client-assertion-lifetime',
    'invalid_client',
    claims({ iat: now - 200, exp: now + 101 }),
  ],
  ['an empty jti', 'client-assertion-jti', 'invalid_client', claims({ jti: '' })],
  ['no extensions', 'b2b-extension', 'invalid_grant', claims({ extensions: undefined })],
  ['hl7-b2b as a list', 'b2b-extension', 'invalid_grant', claims({ extensions: { 'hl7-b2b': [B2B] } })],
  ['a scope that was not registered', 'token-scope', 'invalid_scope', {}, { scope: 'system/Patient.read' }],
  ['a wildcard', 'token-scope', 'invalid_scope', {}, { scope: 'system/*.rs system/Patient.rs' }],
  ['scope with a quote', 'token-scope', 'invalid_scope', {}, { scope: 'system/Patient.rs "' }],
]

describe('one wrong thing is refused by one check', () => {
  test.each(refusals)('%s: %s', async (_what, check, error, changes, form = {}) => {
    const refused = await tokenWith(changes, form)
    expect(answerOf(refused)).toEqual({ status: 400, error, error_description: expect.any(String) })
    expect(refused.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })

    const arm = await server.actor.arm([{ inject: `skip/${check}` }])
    const accepted = await tokenWith(changes, form)
    const fired = await server.actor.disarm(arm)
    expect(accepted.status, accepted.text).toBe(200)
    expect(fired).toEqual([{ fault: `skip/${check}` }])
  })

  test('a server that skips the scope check grants what was never registered', async () => {
    const arm = await server.actor.arm([{ inject: 'skip/token-scope' }])
    const answer = await tokenWith({}, { scope: 'system/*.*' })
    await server.actor.disarm(arm)
    expect(answerOf(answer)).toMatchObject({ status: 200, scope: 'system/*.*' })
  })

  test('an Authorization header: 401 with its scheme', async () => {
    const body = tokenForm(await signAssertion(server, credential, clientId))
    const send = (authorization: string) =>
      server.call({ method: 'POST', path: '/token', headers: { ...FORM_TYPE, authorization }, body })
    const answer = await send('Basic dXNlcjpwYXNz')
    expect(answerOf(answer)).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(answer.headers['www-authenticate']).toBe('Basic realm="token endpoint"')
    expect((await send('')).status).toBe(401)
  })

  test('a parameter that comes twice', async () => {
    const body = `${tokenForm(await signAssertion(server, credential, clientId))}&udap=1`
    const answer = await server.call({ method: 'POST', path: '/token', headers: FORM_TYPE, body })
    expect(answerOf(answer)).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  test.each([
    ['no grant_type', { grant_type: undefined }, 'invalid_request'],
    ['a grant type that is not supported', { grant_type: 'authorization_code' }, 'unsupported_grant_type'],
    ['no client_assertion', { client_assertion: undefined }, 'invalid_request'],
    ['a client_assertion that is no JWT', { client_assertion: 'a.b' }, 'invalid_request'],
  ])('%s', async (_what, form, error) => {
    expect(answerOf(await tokenWith({}, form))).toMatchObject({ status: 400, error })
  })

  test('JSON instead of a form', async () => {
    const body = tokenForm(await signAssertion(server, credential, clientId))
    const headers = { 'content-type': 'application/json' }
    const answer = await server.call({ method: 'POST', path: '/token', headers, body })
    expect(answerOf(answer)).toMatchObject({ status: 400, error: 'invalid_request' })
  })
})

describe('who signs', () => {
  test('another key than that of x5c[0]: invalid_request', async () => {
    const answer = await tokenWith({ key: await generateKey('rsa-2048') })
    expect(answerOf(answer)).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  test('a certificate of another URI: invalid_client', async () => {
    const other = await community.issue([`${CLIENT_URI}/`])
    expect(answerOf(await tokenWith({}, {}, other))).toMatchObject({ status: 400, error: 'invalid_client' })
    const arm = await server.actor.arm([{ inject: 'skip/client-assertion-certificate' }])
    const accepted = await tokenWith({}, {}, other)
    await server.actor.disarm(arm)
    expect(accepted.status).toBe(200)
  })

  test('a community that is not trusted: invalid_client', async () => {
    const stranger = await (await startCommunity(bed, 'stranger')).issue([CLIENT_URI])
    expect(answerOf(await tokenWith({}, {}, stranger))).toMatchObject({
      status: 400,
      error: 'invalid_client',
    })
    const arm = await server.actor.arm([{ inject: 'skip/client-assertion-chain' }])
    const accepted = await tokenWith({}, {}, stranger)
    await server.actor.disarm(arm)
    expect(accepted.status).toBe(200)
  })

  test('a trusted community, but not the one of the registration: invalid_client', async () => {
    const south = await startCommunity(bed, 'south')
    const both = await startAuthorizationServer(bed, { communities: [community, south] })
    const id = await registered(both, credential, 'system/Patient.rs')
    const southern = await south.issue([CLIENT_URI])
    const answer = await requestToken(both, await signAssertion(both, southern, id))
    expect(answerOf(answer)).toMatchObject({ status: 400, error: 'invalid_client' })
  })
})

test('of a hundred requests at once with one and the same assertion exactly one wins', async () => {
  const assertion = await signAssertion(server, credential, clientId)
  const answers = await Promise.all(Array.from({ length: 100 }, () => requestToken(server, assertion)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  const refused = answers.filter(({ status }) => status === 400)
  expect(refused).toHaveLength(99)
  for (const answer of refused) expect(answer.json()).toMatchObject({ error: 'invalid_client' })
})

describe('policy', () => {
  const withPolicy = async (policy: JsonObject) => {
    const other = await startAuthorizationServer(bed, {
      communities: [community],
      context: { policy: { revocation: 'off', ...policy } },
    })
    const id = await registered(other, credential)
    const ask = async (changes: JwtChanges) =>
      requestToken(other, await signAssertion(other, credential, id, changes))
    return { other, ask }
  }

  test('without skew an assertion of one second ago has expired', async () => {
    expect((await tokenWith(claims({ exp: now - 1 }))).status).toBe(400)
  })

  test('skewS: clocks may differ so much, and the identical assertion is refused as long', async () => {
    const { other, ask } = await withPolicy({ skewS: 60 })
    const at = Math.floor(Date.now() / 1000)
    expect((await ask(claims({ iat: at + 55, exp: at + 100 }))).status).toBe(200)
    expect((await ask(claims({ iat: at + 90, exp: at + 100 }))).status).toBe(400)
    expect((await ask(claims({ iat: at - 200, exp: at - 70 }))).status).toBe(400)

    const first = claims({ iat: at - 10, exp: at + 30, jti: 'again' })
    const second = claims({ iat: at - 10, exp: at + 70, jti: 'again' })
    const statuses = []
    // Before exp of the first, and 30 s after it, when its time alone would still let it in.
    for (const offsetS of [0, 60]) {
      await other.actor.setClock(offsetS * 1000)
      for (const changes of [first, second, first]) statuses.push((await ask(changes)).status)
    }
    await other.actor.setClock(0)
    expect(statuses).toEqual([200, 400, 400, 400, 200, 400])
  })

  test('replay: accept takes the same assertion again', async () => {
    const { ask } = await withPolicy({ replay: 'accept' })
    const changes = claims({ jti: 'again', iat: now, exp: now + 300 })
    expect([(await ask(changes)).status, (await ask(changes)).status]).toEqual([200, 200])
  })

  test('invalidClientStatus: 401 with a challenge, for invalid_client only', async () => {
    const { ask } = await withPolicy({ invalidClientStatus: 401 })
    const refused = await ask({ offsetS: -600 })
    expect(answerOf(refused)).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(refused.headers['www-authenticate']).toBe('private_key_jwt')
    expect(answerOf(await ask({ header: { x5c: undefined } }))).toMatchObject({ status: 400 })
  })

  test('one that does not fit starts no server', async () => {
    await expect(withPolicy({ replay: 'maybe' })).rejects.toThrow(
      'policy.replay of as is "maybe"; it must be one of refuse, accept.',
    )
    await expect(withPolicy({ skew: 5 })).rejects.toThrow('There is no policy.skew for as.')
  })
})

test('a refused client does not use up a jti of the one it pretends to be', async () => {
  const jti = 'precious'
  const forged = await tokenWith({ claims: { jti }, key: await generateKey('rsa-2048') })
  expect(forged.status).toBe(400)
  expect((await tokenWith(claims({ jti }))).status).toBe(200)
})

test('a registration that is replaced by one with fewer scopes takes the others away', async () => {
  const other = await community.issue(['https://fewer.example'])
  const id = await registered(server, other, 'system/Patient.rs system/Observation.rs')
  expect(await registered(server, other, 'system/Observation.rs')).toBe(id)
  const answer = await requestToken(server, await signAssertion(server, other, id))
  expect(answerOf(answer)).toMatchObject({ status: 400, error: 'invalid_scope' })
})

test('without a person there is nothing to be had of what a person may see', async () => {
  const scopes = ['user/*.rs', 'patient/Patient.rs', 'system/Patient.rs']
  const holder = await startAuthorizationServer(bed, { communities: [community], with: { scopes } })
  const id = await registered(holder, credential, scopes.join(' '))
  const ask = async (scope: string | undefined) =>
    answerOf(await requestToken(holder, await signAssertion(holder, credential, id), { scope }))
  expect(await ask('user/Patient.rs patient/Patient.rs')).toMatchObject({
    status: 400,
    error: 'invalid_scope',
  })
  for (const scope of [undefined, scopes.join(' ')])
    expect(await ask(scope)).toMatchObject({ status: 200, scope: 'system/Patient.rs' })
})
