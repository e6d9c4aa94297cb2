import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKey } from '../../../certs/keys.ts'
import type { Credential } from '../../actor.ts'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import {
  answerOf,
  ask,
  FHIR_URL,
  FORM_TYPE,
  type JwtChanges,
  register,
  registered,
  requestToken,
  type Server,
  signAssertion,
  signStatement,
  startAuthorizationServer,
  startParties,
} from '../fixture.ts'

const bed = new Bed()
let community: Community
let credential: Credential
let server: Server
let opaque: Server
let clientId: string
let fhir: { credential: Credential; id: string }

beforeAll(async () => {
  ;({ community, credential, server } = await startParties(bed))
  clientId = await registered(server, credential)
  fhir = { credential: await community.issue([FHIR_URL], 'fhir'), id: FHIR_URL }
  opaque = await startAuthorizationServer(bed, { communities: [community], with: { tokens: 'opaque' } })
})
afterAll(() => bed.close())

async function tokenOf(at = server, by = credential, id = clientId): Promise<string> {
  const answer = await requestToken(at, await signAssertion(at, by, id))
  return (answer.json() as { access_token: string }).access_token
}

const introspect = async (token: string, changes: JwtChanges = {}, by = fhir, at = server) =>
  ask(at, '/introspect', by, changes, { token })

const ACTIVE = {
  active: true,
  token_type: 'Bearer',
  scope: 'system/Patient.rs',
  aud: FHIR_URL,
  iat: expect.any(Number),
  exp: expect.any(Number),
  jti: expect.any(String),
}

test('a token that is good is described (RFC 7662 2.2), and nobody may store that', async () => {
  const answer = await introspect(await tokenOf())
  const whose = { iss: server.url, sub: clientId, client_id: clientId }
  expect(answerOf(answer)).toEqual({ status: 200, ...ACTIVE, ...whose })
  expect(answer.headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json/),
    'cache-control': 'no-store',
    pragma: 'no-cache',
  })
})

test('an opaque token says nothing by itself, and all by introspection', async () => {
  const id = await registered(opaque, credential)
  const token = await tokenOf(opaque, credential, id)
  expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/)
  expect(await tokenOf(opaque, credential, id)).not.toBe(token)
  const answer = answerOf(await introspect(token, {}, fhir, opaque))
  expect(answer).toEqual({ status: 200, ...ACTIVE, iss: opaque.url, sub: id, client_id: id })
})

test('the assertion may be for the token endpoint, and may come with a hint', async () => {
  const token = await tokenOf()
  const claims = { aud: [`${server.url}/token`] }
  const hint = { token, token_type_hint: 'refresh_token' }
  expect(answerOf(await ask(server, '/introspect', fhir, { claims }, hint))).toMatchObject({ active: true })
})

describe('a token is not active', () => {
  const inactive = { status: 200, active: false }

  test('that was never issued', async () => {
    expect(answerOf(await introspect('never'))).toEqual(inactive)
    const [header, claims] = (await tokenOf()).split('.')
    expect(answerOf(await introspect(`${header}.${claims}.AAAA`))).toEqual(inactive)
  })

  test('that has expired', async () => {
    const token = await tokenOf()
    await server.actor.setClock(301_000)
    const answer = answerOf(await introspect(token, { offsetS: 301 }))
    await server.actor.setClock(0)
    expect(answer).toEqual(inactive)
    expect(answerOf(await introspect(token))).toMatchObject({ active: true })
  })

  test('that is for somebody else than who asks', async () => {
    const id = await server.actor.arm([{ inject: 'access-token/wrong-aud' }])
    const token = await tokenOf()
    expect(await server.actor.disarm(id)).toHaveLength(1)
    expect(answerOf(await introspect(token))).toEqual(inactive)
  })

  test('whose client cancelled its registration', async () => {
    const leaver = await community.issue(['https://leaver.example'])
    const token = await tokenOf(server, leaver, await registered(server, leaver))
    expect(answerOf(await introspect(token))).toMatchObject({ active: true })
    const cancelled = await register(
      server,
      await signStatement(server, leaver, { claims: { grant_types: [] } }),
    )
    expect(cancelled.status, cancelled.text).toBe(200)
    expect(answerOf(await introspect(token))).toEqual(inactive)
    await registered(server, leaver)
    expect(answerOf(await introspect(token))).toEqual(inactive)
  })
})

const claims = (changed: Record<string, unknown>): JwtChanges => ({ claims: changed })

// What is wrong, the check that must refuse it (and no other).
test.each<[string, string, JwtChanges]>([
  ['no x5c', 'assertion-x5c', { header: { x5c: undefined } }],
  ['sub other than iss', 'assertion-subject', claims({ sub: 'https://other.example' })],
  ['aud of the registration', 'assertion-audience', claims({ aud: 'https://as.example/register' })],
  ['an exp that is text', 'assertion-times', claims({ exp: 'soon' })],
  ['iat in the future', 'assertion-issued-at', claims({ iat: Math.floor(Date.now() / 1000) + 200 })],
  ['expired', 'assertion-expiry', { offsetS: -600 }],
  ['no jti', 'assertion-jti', claims({ jti: undefined })],
])('401 for %s', async (_what, check, changes) => {
  const token = await tokenOf()
  const refused = await introspect(token, changes)
  expect(answerOf(refused)).toMatchObject({ status: 401, error: 'invalid_client' })
  expect(refused.headers).toMatchObject({
    'www-authenticate': 'private_key_jwt',
    'cache-control': 'no-store',
  })
  const arm = await server.actor.arm([{ inject: `skip/introspection-${check}` }])
  const accepted = await introspect(token, changes)
  await server.actor.disarm(arm)
  expect(accepted.status, accepted.text).toBe(200)
})

test('who asks must be a resource server that takes its tokens here, by its own certificate', async () => {
  const token = await tokenOf()
  const refused = { status: 401, error: 'invalid_client' }
  const client = { credential, id: clientId }
  expect(answerOf(await introspect(token, {}, client))).toMatchObject(refused)
  const nobody = 'https://uninvited.example'
  const uninvited = { credential: await community.issue([nobody]), id: nobody }
  expect(answerOf(await introspect(token, {}, uninvited))).toMatchObject(refused)
  expect(answerOf(await introspect(token, {}, { ...fhir, credential }))).toMatchObject(refused)
  expect(answerOf(await introspect(token, { key: await generateKey('rsa-2048') }))).toMatchObject(refused)
  const stranger = await (await startCommunity(bed, 'stranger')).issue([FHIR_URL])
  expect(answerOf(await introspect(token, {}, { ...fhir, credential: stranger }))).toMatchObject(refused)
})

test('an assertion is good once', async () => {
  const token = await tokenOf()
  const iat = Math.floor(Date.now() / 1000)
  const changes = claims({ jti: 'once', iat, exp: iat + 300 })
  expect((await introspect(token, changes)).status).toBe(200)
  expect(answerOf(await introspect(token, changes))).toMatchObject({ status: 401, error: 'invalid_client' })
})

test('a request without token, or without any authentication', async () => {
  expect(answerOf(await ask(server, '/introspect', fhir))).toMatchObject({
    status: 400,
    error: 'invalid_request',
  })
  const bare = { method: 'POST', path: '/introspect', headers: FORM_TYPE, body: 'token=x' }
  expect(answerOf(await server.call(bare))).toMatchObject({ status: 401, error: 'invalid_client' })
})
