/** udap-dotnet as authorization server and as identity provider: its answers to our client app and our data holder. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Actor, Peer } from '../../actors/actor.ts'
import { authorizationUrl, startHolder, Visitor } from '../../actors/authorization-server/tiered/fixture.ts'
import { startClient } from '../../actors/client-app/fixture.ts'
import { dataHolder } from '../../actors/data-holder/actor.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { type Community, startCommunity } from '../../actors/fixture-community.ts'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { type DotnetMock, startUdapDotnet } from './udap-dotnet-mock.ts'

const bed = new Bed()
/** Of one test. */
const clients = bed.inner()
let community: Community
let dotnet: DotnetMock

beforeAll(async () => {
  community = await startCommunity(bed)
  dotnet = await startUdapDotnet(bed, community)
})
afterAll(() => bed.close())
afterEach(() => clients.close())

async function start() {
  const fhir: Peer = { kind: 'data-holder', url: dotnet.url, endpoints: {}, links: {} }
  const client = await startClient(clients, { peers: { fhir }, communities: [community] })
  const act = async (action: string, input: JsonObject = {}) => {
    const { outputs, stopped } = await client.act(action, { server: 'fhir', ...input }, 10_000)
    return { ...outputs, ...(stopped && { stopped }) }
  }
  expect(await act('udap/discover')).toMatchObject({ status: 200, community: community.uri })
  return { client, act }
}

test('client credentials: registers, modifies, gets a token, cancels, and goes by it no more', async () => {
  const { act } = await start()
  const scope = 'system/*.rs'
  const first = await act('udap/register', { scope })
  expect(first).toMatchObject({ status: 201, scope })
  expect(await act('udap/register', { scope })).toEqual({ ...first, status: 200 })
  expect(await act('udap/token')).toMatchObject({ status: 200, scope, expires_in: 3600 })
  // As if it had no registration: what is answered has another client_id, and no grant_types.
  expect(await act('udap/register', { scope, grant_types: [] })).toMatchObject({
    status: 200,
    client_id: 'removed',
  })
  expect(await act('udap/token')).toMatchObject({ stopped: { check: 'registration-not-cancelled' } })
  expect(await act('udap/register', { scope, grant_types: [] })).toEqual({ status: 400 })
  expect(await act('udap/register', { scope })).toMatchObject({ status: 201 })
  expect(await act('udap/token', { extensions: {} })).toMatchObject({ status: 400, error: 'invalid_grant' })
})

test('authorization code: our logo is fetched over TLS, and PKCE and nonce fit', async () => {
  const { client, act } = await start()
  const logo_uri = `https://app-c1.localhost:${client.port}/logo.png`
  const grants = { grant_types: ['authorization_code'], scope: 'openid patient/*.rs' }
  expect(await act('udap/register', { ...grants, logo_uri: `${logo_uri}x.png` })).toMatchObject({
    status: 400,
    error: 'invalid_client_metadata',
  })
  expect(await act('udap/register', { ...grants, logo_uri })).toHaveProperty('client_id')
  const { authorization_url } = (await act('oauth/authorize')) as JsonObject
  const { headers } = await bed.call({ url: String(authorization_url) })
  const back = new URL(String(headers.location))
  back.port = String(client.port)
  expect((await bed.call({ url: back.href })).status).toBe(200)
  expect(await act('udap/token')).toMatchObject({ status: 200, id_token: expect.any(String) })
})

test('tiered OAuth: as identity provider it signs a person in at our data holder', async () => {
  const holder = await startHolder(
    bed,
    community,
    { idp: dotnet.url },
    {
      actor: dataHolder as Actor,
      with: {
        scopes: ['patient/Patient.rs'],
        links: [{ idp: 'idp', sub: 'ana', patient: 'p1' }],
        data: [{ resourceType: 'Patient', id: 'p1' }],
      },
    },
  )
  const page = await new Visitor(bed).open(authorizationUrl(holder, dotnet.url))
  expect(page).toMatchObject({ heading: 'Allow access?' })
  // It was registered for with a logo that it could fetch.
  const { claims } = decodeJwt(dotnet.statements.at(-1)!)!
  expect(claims).toMatchObject({ iss: holder.url, logo_uri: `${holder.url}/logo.png` })
})
