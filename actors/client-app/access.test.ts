import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import type { Peer } from '../actor.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import {
  type AuthorizationStub,
  startAuthorizationStub,
  startResourceServer,
} from '../resource-server/fixture.ts'
import { act, startClient } from './fixture.ts'

const bed = new Bed()
/** Of one test. */
const clients = bed.inner()
let north: Community
let stub: AuthorizationStub
let fhir: Peer
beforeAll(async () => {
  north = await startCommunity(bed)
  stub = await startAuthorizationStub(bed)
  stub.peer.endpoints.revocation = `${stub.peer.url}/revoke`
  fhir = (await startResourceServer(bed, stub, { communities: [north] })).peer
})
afterAll(() => bed.close())
afterEach(() => clients.close())

/** A client that has a token of five minutes. */
async function ready() {
  const client = await startClient(clients, { peers: { fhir, as: stub.peer }, communities: [north] })
  stub.answers = {
    '/register': { status: 201, body: { client_id: 'c-1', scope: 'system/Patient.rs' } },
    '/token': await issues(300),
  }
  await act(client, 'udap/discover')
  await act(client, 'udap/register', { scope: 'system/Patient.rs' })
  const { outputs } = await act(client, 'udap/token', { scope: 'system/Patient.r', extensions: { own: 1 } })
  return { client, first: String(outputs.access_token) }
}

let tokens = 0
async function issues(expires_in: number | undefined) {
  const access_token = await stub.token(fhir.url, { jti: `t${++tokens}`, exp: 9_999_999_999 })
  return { status: 200, body: { access_token, token_type: 'Bearer', expires_in } }
}

/** What was sent to this URL, in order. */
async function sentTo(url: string | undefined) {
  const halves = await clients.halves()
  return halves.flatMap(({ request }) => (request?.url === url ? [request] : []))
}
const shown = async () =>
  (await sentTo(`${fhir.url}/Patient/p1`)).map((request) =>
    request?.headers.authorization?.replace('Bearer ', ''),
  )
const readPatient = { resource: 'Patient/p1' }

it('asks for a new token in the same way when its own has run out, by the clock of the scenario', async () => {
  const { client, first } = await ready()
  await act(client, 'fhir/read', readPatient)
  await client.setClock(299_000 - 5_000)
  await act(client, 'fhir/read', readPatient)
  expect(await sentTo(stub.peer.endpoints.token)).toHaveLength(1)
  stub.answers['/token'] = await issues(300)
  await client.setClock(301_000)
  const { answer, outputs } = await act(client, 'fhir/read', readPatient)
  expect(outputs.status).toBe(200)
  const halves = await clients.halves()
  expect(halves.find(({ id }) => id === answer)?.request?.url).toBe(`${fhir.url}/Patient/p1`)
  const [before, after, renewed] = await shown()
  expect([before, after]).toEqual([first, first])
  expect(renewed).not.toBe(first)
  const forms = (await sentTo(stub.peer.endpoints.token)).map((request) => new URLSearchParams(request?.body))
  expect(forms.map((form) => form.get('scope'))).toEqual(['system/Patient.r', 'system/Patient.r'])
  const [one, other] = forms.map((form) => decodeJwt(form.get('client_assertion')!)!.claims)
  expect(other?.extensions).toEqual({ own: 1 })
  expect(other?.jti).not.toBe(one?.jti)
})

it('stops when the new token is refused, with that refusal as its answer', async () => {
  const { client } = await ready()
  stub.answers['/token'] = { status: 400, body: { error: 'invalid_client' } }
  await client.setClock(301_000)
  const { stopped, answer } = await act(client, 'fhir/read', readPatient)
  expect(stopped).toMatchObject({
    check: 'token-renewed',
    message: 'The access token has run out, and a new one was refused: invalid_client.',
  })
  const halves = await clients.halves()
  expect(halves.find(({ id }) => id === answer)?.request?.url).toBe(stub.peer.endpoints.token)
  expect(await shown()).toEqual([])
})

it('shows the token that it is told to, however old', async () => {
  const { client, first } = await ready()
  await client.setClock(10_000_000)
  await act(client, 'fhir/read', { ...readPatient, access_token: first })
  expect((await shown())[0]).toBe(first)
  expect(await sentTo(stub.peer.endpoints.token)).toHaveLength(1)
})

it('keeps a token of which it was not told when it runs out', async () => {
  const { client } = await ready()
  stub.answers['/token'] = await issues(undefined)
  await act(client, 'udap/token')
  await client.setClock(10_000_000)
  expect((await act(client, 'fhir/read', readPatient)).outputs.status).toBe(200)
  expect(await sentTo(stub.peer.endpoints.token)).toHaveLength(2)
})

const ada = { human: true, name: 'Ada', id: '7', role: 'r' }

it.each<[JsonObject, JsonObject]>([
  [{ requestor: ada }, { subject_name: 'Ada', subject_id: '7', subject_role: 'r' }],
  [{ requestor: { human: true, name: 'Ada' } }, { subject_name: 'Ada' }],
  [{ requestor: { human: true, id: '7', role: 'r' } }, {}],
  [{ requestor: { human: false, name: 'Nightly job', id: '7', role: 'r' } }, { subject_name: 'Nightly job' }],
  [{ purpose_of_use: ['HPAYMT'] }, { purpose_of_use: ['HPAYMT'] }],
])('says in its hl7-b2b object what it knows: %j', async (input, said) => {
  const { client } = await ready()
  const object = { version: '1', organization_id: 'urn:x:y', purpose_of_use: ['TREAT'] }
  await act(client, 'udap/token', { extensions: { 'hl7-b2b': object, other: 1 }, ...input })
  const form = new URLSearchParams((await sentTo(stub.peer.endpoints.token)).at(-1)?.body)
  expect(decodeJwt(form.get('client_assertion')!)?.claims.extensions).toEqual({
    'hl7-b2b': { ...object, ...said },
    other: 1,
  })
})

it.each<[JsonObject, string | undefined]>([
  [{}, undefined],
  [{ requestor: ada, purpose_of_use: ['TREAT'] }, undefined],
  [{ requestor: { ...ada, id: '8' } }, 'subject_id 7, not 8'],
  [{ requestor: { human: false, name: 'Job' } }, 'subject_name Ada, not Job'],
  [{ purpose_of_use: ['TREAT', 'HPAYMT'] }, 'purpose_of_use TREAT, HOPERAT, not HPAYMT'],
])('uses a token for whom and what it was asked for only: %j', async (use, other) => {
  const { client } = await ready()
  await act(client, 'udap/token', { requestor: ada, purpose_of_use: ['TREAT', 'HOPERAT'] })
  const { stopped, outputs } = await act(client, 'fhir/read', { ...readPatient, ...use })
  if (other === undefined) return expect(outputs.status).toBe(200)
  expect(stopped).toMatchObject({
    check: 'token-context',
    message: `The access token for "fhir" was asked for with ${other}: udap/token gets another one.`,
  })
  expect(await shown()).toEqual([])
})

it('revokes its token as the client that got it', async () => {
  const { client, first } = await ready()
  stub.answers['/revoke'] = { status: 200, body: {} }
  expect((await act(client, 'oauth/revoke-token')).outputs).toEqual({ status: 200 })
  stub.answers['/revoke'] = { status: 400, body: { error: 'invalid_grant' } }
  expect((await act(client, 'oauth/revoke-token', { access_token: 'other' })).outputs).toEqual({
    status: 400,
    error: 'invalid_grant',
  })
  const [own, other] = await sentTo(stub.peer.endpoints.revocation)
  expect(own?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  const { client_assertion, ...form } = Object.fromEntries(new URLSearchParams(own?.body))
  expect(form).toEqual({
    token: first,
    token_type_hint: 'access_token',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    udap: '1',
  })
  expect(decodeJwt(client_assertion ?? '')?.claims).toMatchObject({
    iss: 'c-1',
    sub: 'c-1',
    aud: stub.peer.endpoints.token,
  })
  expect(new URLSearchParams(other?.body).get('token')).toBe('other')
})

it('asks for no data before it has registered anywhere, unless it is told to', async () => {
  const client = await startClient(clients, { peers: { fhir, as: stub.peer }, communities: [north] })
  const read = { ...readPatient, access_token: 'of nobody' }
  expect((await act(client, 'fhir/read', read)).stopped?.check).toBe('registered-before-data')
  const id = await client.arm([{ inject: 'skip/registered-before-data' }])
  expect((await act(client, 'fhir/read', read)).outputs.status).toBe(401)
  expect(await client.disarm(id)).toEqual([{ fault: 'skip/registered-before-data' }])
})
