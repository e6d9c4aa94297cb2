import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import {
  answerOf,
  CLIENT_URI,
  CODE,
  register,
  requestToken,
  type Server,
  signAssertion,
  signStatement,
  startAuthorizationServer,
} from '../fixture.ts'

const bed = new Bed()
let north: Community
let south: Community
let northern: Credential
let southern: Credential
let server: Server

beforeEach(async () => {
  await bed.close()
  north = await startCommunity(bed, 'north')
  south = await startCommunity(bed, 'south')
  northern = await north.issue([CLIENT_URI], 'northern')
  southern = await south.issue([CLIENT_URI], 'southern')
  server = await startAuthorizationServer(bed, {
    communities: [north, south],
    with: { grants: ['client_credentials', 'authorization_code'] },
  })
})
afterAll(() => bed.close())

interface Answer {
  status: number
  client_id: string
}

async function send(by: Credential, claims: Record<string, unknown> = {}): Promise<Answer> {
  return answerOf(await register(server, await signStatement(server, by, { claims }))) as Answer
}

async function token(by: Credential, clientId: string, scope = 'system/Patient.rs'): Promise<unknown> {
  return answerOf(await requestToken(server, await signAssertion(server, by, clientId), { scope }))
}

const unknown = { status: 400, error: 'invalid_client' }
const nothingToCancel = { status: 400, error: 'invalid_client_metadata' }

test('a registration lives in one community from its creation to its return, and another one sees nothing of it', async () => {
  const first = await send(northern)
  const other = await send(southern)
  expect([first.status, other.status]).toEqual([201, 201])
  expect(other.client_id).not.toBe(first.client_id)
  const southIsAsItWas = async () =>
    expect(await token(southern, other.client_id)).toMatchObject({ status: 200, scope: 'system/Patient.rs' })

  const changed = await send(northern, { client_name: 'Renamed', scope: 'system/Observation.rs' })
  expect(changed).toMatchObject({
    status: 200,
    client_id: first.client_id,
    client_name: 'Renamed',
    scope: 'system/Observation.rs',
  })
  expect(await token(northern, first.client_id)).toMatchObject({ status: 400, error: 'invalid_scope' })
  await southIsAsItWas()

  const renewed = await north.issue([CLIENT_URI], 'northern renewed')
  expect(await token(renewed, first.client_id, 'system/Observation.rs')).toMatchObject({ status: 200 })
  expect(await send(renewed)).toMatchObject({ status: 200, client_id: first.client_id })
  expect(await token(northern, first.client_id)).toMatchObject({ status: 200 })
  await southIsAsItWas()

  expect(await send(renewed, { grant_types: [] })).toMatchObject({
    status: 200,
    client_id: first.client_id,
    grant_types: [],
  })
  expect(await token(renewed, first.client_id)).toMatchObject(unknown)
  expect(await send(renewed, { grant_types: [] })).toMatchObject(nothingToCancel)
  await southIsAsItWas()

  const again = await send(renewed)
  expect(again.status).toBe(201)
  expect([first.client_id, other.client_id]).not.toContain(again.client_id)
  expect(await token(renewed, again.client_id)).toMatchObject({ status: 200 })
  expect(await token(renewed, first.client_id)).toMatchObject(unknown)
  await southIsAsItWas()
})

test('a modification leaves nothing of what was registered before', async () => {
  await send(northern, { client_uri: 'https://app.example', software_id: 'app' })
  const replaced = await send(northern)
  expect(replaced.status).toBe(200)
  expect(replaced).not.toHaveProperty('client_uri')
  expect(replaced).not.toHaveProperty('software_id')
})

test('a modification may change to another grant', async () => {
  const { client_id } = await send(northern)
  expect(await send(northern, CODE)).toMatchObject({ status: 200, client_id, ...CODE })
  expect(await token(northern, client_id)).toMatchObject({ status: 400, error: 'unauthorized_client' })
})

test('by policy a modification gets a new client_id, and the earlier one is nobody', async () => {
  const context = { policy: { revocation: 'off', modifiedClientId: 'new' } }
  server = await startAuthorizationServer(bed, { communities: [north, south], context })
  const first = await send(northern)
  const elsewhere = await send(southern)
  const second = await send(northern, { client_name: 'Renamed' })
  expect(second).toMatchObject({ status: 200, client_name: 'Renamed' })
  expect([first.client_id, elsewhere.client_id]).not.toContain(second.client_id)
  expect(await token(northern, first.client_id)).toMatchObject(unknown)
  expect(await token(northern, second.client_id)).toMatchObject({ status: 200 })
  expect(await token(southern, elsewhere.client_id)).toMatchObject({ status: 200 })
})

test('a refusal is made as a granted registration is, so that a fault can reach it', async () => {
  const arm = await server.actor.arm([
    { inject: 'registration-response/no-error' },
    { inject: 'registration-response/status-403' },
  ])
  const refused = await register(server, await signStatement(server, northern, { claims: { contacts: [] } }))
  expect(refused.status).toBe(403)
  expect(refused.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
  expect(refused.json()).toEqual({ error_description: expect.stringContaining('contacts') })
  expect(await server.actor.disarm(arm)).toHaveLength(2)
})

test('a refused modification changes nothing', async () => {
  const { client_id } = await send(northern)
  expect(await send(northern, { scope: 'system/Nothing.rs' })).toMatchObject({ status: 400 })
  expect(await token(northern, client_id)).toMatchObject({ status: 200 })
})

test('the certificate of one community does not speak for the client of the other', async () => {
  const { client_id } = await send(northern)
  expect(await token(southern, client_id)).toMatchObject(unknown)
})

test('a client of another community, or of nobody, cannot be cancelled', async () => {
  expect(await send(northern, { grant_types: [] })).toMatchObject(nothingToCancel)
  const { client_id } = await send(northern)
  expect(await send(southern, { grant_types: [] })).toMatchObject(nothingToCancel)
  expect(await token(northern, client_id)).toMatchObject({ status: 200 })
})

test('skip/cancelled-client confirms what was never registered', async () => {
  const arm = await server.actor.arm([{ inject: 'skip/cancelled-client' }])
  expect(await send(northern, { grant_types: [] })).toMatchObject({ status: 200, grant_types: [] })
  expect(await server.actor.disarm(arm)).toEqual([{ fault: 'skip/cancelled-client' }])
})

test('a cancellation is answered with what it stated, whatever belongs to a grant', async () => {
  const { client_id } = await send(northern, CODE)
  const statement = await signStatement(server, northern, { claims: { ...CODE, grant_types: [] } })
  expect(answerOf(await register(server, statement))).toEqual({
    status: 200,
    client_id,
    software_statement: statement,
    client_name: 'A backend',
    contacts: ['mailto:operator@app.example'],
    redirect_uris: CODE.redirect_uris,
    response_types: CODE.response_types,
    logo_uri: CODE.logo_uri,
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: [],
  })
})

// UDAP DCR 6: validated in the same manner as a new registration.
test.each([
  { client_name: undefined },
  { contacts: [] },
  { scope: undefined },
  { token_endpoint_auth_method: 'none' },
])('a cancellation with %o is refused', async (claims) => {
  const { client_id } = await send(northern)
  expect(await send(northern, { ...claims, grant_types: [] })).toMatchObject({
    status: 400,
    error: 'invalid_client_metadata',
  })
  expect(await token(northern, client_id)).toMatchObject({ status: 200 })
})

test('many at once make one client, and cancel it once', async () => {
  const made = await Promise.all(Array.from({ length: 10 }, () => send(northern)))
  expect(new Set(made.map(({ client_id }) => client_id)).size).toBe(1)
  expect(made.filter(({ status }) => status === 201)).toHaveLength(1)
  const ended = await Promise.all(Array.from({ length: 10 }, () => send(northern, { grant_types: [] })))
  expect(ended.map(({ status }) => status)).toContain(200)
  expect(ended.every(({ status }) => status === 200 || status === 400)).toBe(true)
  expect(await token(northern, made[0]!.client_id)).toMatchObject(unknown)
})
