import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import {
  type AuthorizationStub,
  type ResourceServer,
  startAuthorizationStub,
  startResourceServer,
} from './fixture.ts'

const bed = new Bed()
let stub: AuthorizationStub
let north: Community
beforeAll(async () => {
  north = await startCommunity(bed)
})
afterAll(() => bed.close())

let server: ResourceServer
beforeEach(async () => {
  stub = await startAuthorizationStub(bed)
  const { url } = stub.peer
  stub.peer.endpoints.authorization = `${url}/authorize`
  stub.peer.endpoints.revocation = `${url}/revoke`
  server = await startResourceServer(bed, stub, { communities: [north] })
})

const ask = (path = '/.well-known/smart-configuration') => bed.call({ url: `${server.url}${path}` })
const offers = (grants: string[], scopes: string[]) => {
  Object.assign(stub.metadata!, { grant_types_supported: grants, scopes_supported: scopes })
}

it('tells apps where and how a person signs in, and what they can get', async () => {
  const { url } = stub.peer
  const scopes = ['openid', 'fhirUser', 'launch', 'launch/patient', 'offline_access', 'patient/*.rs']
  offers(['authorization_code', 'refresh_token'], scopes)
  const answer = await ask()
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  expect(answer.json()).toEqual({
    issuer: url,
    jwks_uri: `${url}/jwks`,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256'],
    registration_endpoint: `${url}/register`,
    introspection_endpoint: `${url}/introspect`,
    revocation_endpoint: `${url}/revoke`,
    grant_types_supported: ['authorization_code', 'refresh_token'],
    response_types_supported: ['code'],
    scopes_supported: scopes,
    code_challenge_methods_supported: ['S256'],
    capabilities: [
      'launch-standalone',
      'launch-ehr',
      'authorize-post',
      'sso-openid-connect',
      'context-standalone-patient',
      'context-ehr-patient',
      'context-ehr-encounter',
      'context-banner',
      'permission-offline',
      'permission-patient',
      'permission-v2',
    ],
  })
})

it('promises no sign-in where there is none', async () => {
  offers(['client_credentials'], ['system/*.rs', 'system/*.read', 'user/Patient.r', 'online_access'])
  const configuration = (await ask()).json() as JsonObject
  expect(configuration).toMatchObject({
    grant_types_supported: ['client_credentials'],
    capabilities: ['permission-online', 'permission-user', 'permission-v1', 'permission-v2'],
  })
  for (const name of ['authorization_endpoint', 'issuer', 'jwks_uri', 'response_types_supported']) {
    expect(configuration).not.toHaveProperty(name)
  }
})

it('promises no launch from an EHR without the scope for it, and no sign-on without fhirUser', async () => {
  offers(['authorization_code'], ['openid', 'patient/Patient.rs'])
  expect((await ask()).json()).toMatchObject({
    capabilities: ['launch-standalone', 'authorize-post', 'permission-patient', 'permission-v2'],
  })
})

it('says 503 while the authorization server cannot be asked, and is wrong when it is told to be', async () => {
  const { metadata } = stub
  stub.metadata = undefined
  const answer = await ask()
  expect(answer.status).toBe(503)
  expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'transient' }] })
  stub.metadata = metadata
  const id = await server.arm([{ inject: 'smart-configuration/no-pkce' }])
  expect((await ask()).json()).not.toHaveProperty('code_challenge_methods_supported')
  expect(await server.disarm(id)).toEqual([{ fault: 'smart-configuration/no-pkce' }])
  expect((await ask()).json()).toHaveProperty('code_challenge_methods_supported')
})

it('says in its CapabilityStatement where to sign in, when it knows', async () => {
  const { url } = stub.peer
  const security = async () => {
    const { rest } = (await ask('/metadata')).json() as { rest: { security: JsonObject }[] }
    return rest[0]!.security
  }
  expect(await security()).not.toHaveProperty('extension')
  const later = await startResourceServer(bed, stub, { communities: [north] })
  server = later
  offers(['authorization_code'], ['patient/*.rs'])
  expect(await security()).toMatchObject({
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: [
          { url: 'authorize', valueUri: `${url}/authorize` },
          { url: 'token', valueUri: `${url}/token` },
          { url: 'register', valueUri: `${url}/register` },
          { url: 'introspect', valueUri: `${url}/introspect` },
          { url: 'revoke', valueUri: `${url}/revoke` },
        ],
      },
    ],
  })
  stub.metadata = undefined
  server = await startResourceServer(bed, stub, { communities: [north] })
  expect(await security()).not.toHaveProperty('extension')
})
