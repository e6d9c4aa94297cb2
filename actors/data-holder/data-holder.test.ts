import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import type { Credential } from '../actor.ts'
import {
  CLIENT_URI,
  register,
  registered,
  requestToken,
  type Server,
  signAssertion,
  signStatement,
} from '../authorization-server/fixture.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { dataHolder } from './actor.ts'
import { startDataHolder } from './fixture.ts'

const bed = new Bed()
let community: Community
let client: Credential
let holder: Server & { credential: Credential }
beforeAll(async () => {
  community = await startCommunity(bed)
  client = await community.issue([CLIENT_URI])
  holder = await startDataHolder(bed, { community })
})
afterAll(() => bed.close())

const scope = 'system/Patient.rs'
async function tokenOf(server: Server): Promise<string> {
  const id = await registered(server, client, scope)
  const answer = await requestToken(server, await signAssertion(server, client, id), { scope })
  return String((answer.json() as JsonObject).access_token)
}
const metadataOf = async (server: Server) =>
  (await server.call({ path: '/.well-known/udap' })).json() as JsonObject

it('publishes what it can do at its one URL, signed by its certificate', async () => {
  const { url, credential } = holder
  const metadata = await metadataOf(holder)
  expect(metadata).toMatchObject({
    udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz'],
    grant_types_supported: ['client_credentials', 'authorization_code', 'refresh_token'],
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    registration_endpoint: `${url}/register`,
  })
  expect(metadata.scopes_supported).toEqual(
    expect.arrayContaining(['openid', 'launch/patient', 'patient/*.rs', 'user/*.read', 'system/Patient.rs']),
  )
  expect(metadata.scopes_supported).not.toContain('udap')
  const { header, claims } = decodeJwt(String(metadata.signed_metadata))!
  expect(header.x5c).toEqual(credential.chain)
  expect(claims).toMatchObject({ iss: url, sub: url, authorization_endpoint: `${url}/authorize` })
})

it('takes part in tiered OAuth when it is told to, and says so', async () => {
  const tiered = await startDataHolder(bed, {
    community,
    with: { tiered: { onFailure: 'reject' }, scopes: ['openid', 'patient/*.rs'] },
  })
  expect(await metadataOf(tiered)).toMatchObject({
    udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz', 'udap_to'],
    scopes_supported: ['openid', 'patient/*.rs', 'udap'],
  })
})

it('offers no code where nobody can sign in', async () => {
  const backend = await startDataHolder(bed, { community, with: { grants: ['client_credentials'] } })
  expect(await metadataOf(backend)).not.toHaveProperty('authorization_endpoint')
  const { capabilities } = (await backend.call({ path: '/.well-known/smart-configuration' })).json() as {
    capabilities: string[]
  }
  expect(capabilities).not.toContain('launch-standalone')
})

it('says the same of itself in each of its documents', async () => {
  const [udap, smart, oauth] = await Promise.all(
    ['udap', 'smart-configuration', 'oauth-authorization-server'].map(
      async (name) => (await holder.call({ path: `/.well-known/${name}` })).json() as JsonObject,
    ),
  )
  for (const name of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint']) {
    expect(smart?.[name]).toBe(udap?.[name])
  }
  for (const name of ['token_endpoint', 'registration_endpoint', 'revocation_endpoint', 'jwks_uri']) {
    expect(smart?.[name]).toBe(oauth?.[name])
  }
  expect(oauth?.issuer).toBe(holder.url)
  expect(smart?.issuer).toBe(holder.url)
  expect(smart?.scopes_supported).toEqual(udap?.scopes_supported)
})

describe.each([
  ['by its keys', {}],
  ['by asking itself', { tokens: 'introspection' }],
])('its own token, checked %s', (_how, policy) => {
  let server: Server
  beforeAll(async () => {
    server = await startDataHolder(bed, { community, context: { policy: { revocation: 'off', ...policy } } })
  })
  const read = (path: string, token?: string) =>
    server.call({ path, ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}) })

  it('opens what its scope says, and nothing else', async () => {
    const token = await tokenOf(server)
    expect((await read('/Patient/p1', token)).json()).toMatchObject({ resourceType: 'Patient', id: 'p1' })
    expect((await read('/Observation/p1-weight', token)).status).toBe(403)
    expect((await read('/Patient/p1')).status).toBe(401)
    expect((await read('/Patient/p1', await tokenOf(holder))).status).toBe(401)
    expect((await bed.halves()).filter(({ side }) => side === 'client')).toEqual([])
  })

  it('has an end', async () => {
    const token = await tokenOf(server)
    await server.actor.setClock(301_000)
    expect((await read('/Patient/p1', token)).status).toBe(401)
    await server.actor.setClock(0)
  })
})

it('takes references as tokens, too', async () => {
  const opaque = await startDataHolder(bed, { community, with: { tokens: 'opaque' } })
  const headers = { authorization: `Bearer ${await tokenOf(opaque)}` }
  expect((await opaque.call({ path: '/Patient/p1', headers })).status).toBe(200)
})

it.each([
  ['GET', '/token', 404, 'oauth'],
  ['PUT', '/register', 404, 'oauth'],
  ['POST', '/token', 400, 'oauth'],
  ['POST', '/register', 400, 'oauth'],
  ['POST', '/jwks', 404, 'oauth'],
  ['GET', '/Patient', 401, 'fhir'],
  ['DELETE', '/Patient/p1', 405, 'fhir'],
  ['POST', '/Patient', 405, 'fhir'],
  ['GET', '/Device/d1', 404, 'fhir'],
  ['GET', '/', 404, 'fhir'],
  ['GET', '/nothing', 404, 'fhir'],
  ['GET', '/tokens', 404, 'fhir'],
  ['GET', '/%zz', 400, 'fhir'],
  ['GET', '/.well-known/udap?community=a&community=b', 400, 'fhir'],
])('answers %s %s with %i in the manner of %s', async (method, path, status, manner) => {
  const answer = await holder.call({ method, path })
  expect(answer.status).toBe(status)
  const oauth = { error: expect.any(String), error_description: expect.any(String) }
  expect(answer.json()).toMatchObject(manner === 'oauth' ? oauth : { resourceType: 'OperationOutcome' })
})

it('refuses a body that is too long in the manner of who was asked', async () => {
  const long = await register(holder, await signStatement(holder, client), { more: 'x'.repeat(300_000) })
  expect(long.status).toBe(413)
  expect(long.json()).toMatchObject({ error: 'invalid_request' })
})

it('signs with its renewed certificate from then on', async () => {
  const server = await startDataHolder(bed, { community })
  const renewed = await community.issue([server.url], 'renewed')
  const chain = async () =>
    decodeJwt(String((await metadataOf(server)).signed_metadata))?.header.x5c as string[]
  expect(await chain()).toEqual(server.credential.chain)
  expect((await server.actor.act('credential/replace', { ...renewed }, 5000)).stopped).toBeUndefined()
  expect(await chain()).toEqual(renewed.chain)
})

it('misbehaves as each of its parts can, and says so', async () => {
  const fired = async (inject: string, act: () => Promise<unknown>) => {
    const id = await holder.actor.arm([{ inject }])
    await act()
    return (await holder.actor.disarm(id)).map(({ fault }) => fault)
  }
  const read = async () => {
    const headers = { authorization: `Bearer ${await tokenOf(holder)}` }
    return holder.call({ path: '/Patient/p1', headers })
  }
  expect(await fired('access-token/expired', async () => expect((await read()).status).toBe(401))).toEqual([
    'access-token/expired',
  ])
  expect(await fired('metadata/no-scopes', () => metadataOf(holder))).toEqual(['metadata/no-scopes'])
  const unread = { path: '/Observation/p1-weight' }
  expect(
    await fired('skip/access-token-present', () =>
      holder.call({ ...unread, headers: { authorization: 'Basic dTpw' } }),
    ),
  ).toEqual(['skip/access-token-present'])
})

it('answers whatever comes in, and never with a 5xx', async () => {
  const paths = [
    ...Object.values(dataHolder.endpoints),
    '/interaction/x',
    '/Patient',
    '/Patient/p1',
    '/',
    '//',
  ]
  const path = fc.oneof(
    fc.constantFrom(...paths),
    fc.webPath().map((one) => `/${one}`),
    fc.constantFrom(...paths).map((one) => `${one}/x`),
  )
  const query = fc.webQueryParameters().map((one) => (one === '' ? '' : `?${one}`))
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS', 'HEAD', 'DELETE')
  const type = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', '')
  const property = fc.asyncProperty(
    method,
    path,
    query,
    type,
    fc.string({ maxLength: 80 }),
    async (verb, to, search, contentType, body) => {
      const sent = verb === 'GET' || verb === 'HEAD' ? {} : { body }
      const headers = contentType === '' ? {} : { 'content-type': contentType }
      const answer = await holder.call({ method: verb, path: `${to}${search}`, headers, ...sent })
      expect(answer.status).toBeGreaterThanOrEqual(200)
      expect(answer.status).toBeLessThan(500)
    },
  )
  await fc.assert(property, runs(150))
})

it.each<[string, JsonObject, string]>([
  ['a policy of neither part', { colour: 'red' }, 'There is no policy.colour for holder.'],
  ['a policy that its FHIR server does not have', { tokens: 'guess' }, 'policy.tokens of holder'],
  ['a policy that its authorization server does not have', { skewS: -1 }, 'policy.skewS of holder'],
])('is not started with %s', async (_what, policy, message) => {
  await expect(startDataHolder(bed, { community, context: { policy } })).rejects.toThrow(message)
})
