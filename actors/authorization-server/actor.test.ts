import { afterAll, beforeAll, expect, test } from 'vitest'
import { Bed } from '../fixture-bed.ts'
import { type Server, startAuthorizationServer } from './fixture.ts'

const bed = new Bed()
let server: Server

beforeAll(async () => {
  server = await startAuthorizationServer(bed)
})
afterAll(() => bed.close())

test('its metadata names its endpoints (RFC 8414) and its facts say the same', async () => {
  const answer = await server.call({ path: '/.well-known/oauth-authorization-server' })
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.json()).toEqual({
    issuer: server.url,
    token_endpoint: `${server.url}/token`,
    registration_endpoint: `${server.url}/register`,
    jwks_uri: `${server.url}/jwks`,
    scopes_supported: [
      'system/Patient.rs',
      'system/Observation.rs',
      'system/Patient.read',
      'system/Observation.read',
    ],
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'RS384', 'ES384'],
    introspection_endpoint: `${server.url}/introspect`,
    introspection_endpoint_auth_methods_supported: ['private_key_jwt'],
    introspection_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'RS384', 'ES384'],
    revocation_endpoint: `${server.url}/revoke`,
    revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
    revocation_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'RS384', 'ES384'],
  })
  // A fact is always there, so that a scenario can name it; without the grant it is not published.
  const { jwks, authorization_endpoint, ...published } = server.actor.facts
  expect(authorization_endpoint).toBe(`${server.url}/authorize`)
  expect(answer.json()).toMatchObject(published)
  expect((await server.call({ path: '/jwks' })).json()).toEqual(jwks)
})

test('with persons it has an authorization endpoint as well', async () => {
  const { actor, call, url } = await startAuthorizationServer(bed, {
    with: { grants: ['authorization_code'] },
  })
  const { jwks: _, ...published } = actor.facts
  expect(published.authorization_endpoint).toBe(`${url}/authorize`)
  const metadata = (await call({ path: '/.well-known/oauth-authorization-server' })).json()
  expect(metadata).toMatchObject({
    ...published,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: ['authorization_code'],
  })
  expect(metadata).not.toHaveProperty('authorization_response_iss_parameter_supported')
})

test('it answers what it does not know with an error, not with silence', async () => {
  expect((await server.call({ path: '/nothing' })).status).toBe(404)
  expect((await server.call({ path: '/token' })).status).toBe(404)
  expect((await server.call({ method: 'HEAD', path: '/jwks' })).status).toBe(200)
})
