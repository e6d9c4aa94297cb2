import { afterAll, expect, test } from 'vitest'
import { parametersOf } from '../../fixture.ts'
import { Bed } from '../../fixture-bed.ts'
import { personOf } from '../authorization/fixture.ts'
import { startAuthorizationServer } from '../fixture.ts'

const bed = new Bed()
afterAll(() => bed.close())

const PATH = '/.well-known/openid-configuration'

const withAna = {
  context: { people: { ana: personOf('ana') } },
  with: { users: ['ana'], grants: ['authorization_code' as const], scopes: ['openid', 'fhirUser'] },
}

test('a server where persons sign in says what an OpenID Provider must say (OpenID Connect Discovery 3)', async () => {
  const { call, url } = await startAuthorizationServer(bed, withAna)
  const answer = await call({ path: PATH })
  expect(answer.status).toBe(200)
  expect(answer.json()).toMatchObject({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
    end_session_endpoint: `${url}/end-session`,
    jwks_uri: `${url}/jwks`,
    registration_endpoint: `${url}/register`,
    scopes_supported: ['openid', 'fhirUser'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    acr_values_supported: ['http://udap.org/ial1', 'http://udap.org/ial2', 'http://udap.org/ial3'],
    claims_supported: expect.arrayContaining(['sub', 'auth_time', 'fhirUser']),
    request_uri_parameter_supported: false,
  })
  expect(answer.json()).not.toHaveProperty('authorization_response_iss_parameter_supported')
})

test('it says that its responses name their issuer where they do (RFC 9207 3)', async () => {
  const spec = parametersOf('2.0.0', ({ authorize }) => {
    authorize.issuerInResponse = true
  })
  const { call } = await startAuthorizationServer(bed, { ...withAna, context: { ...withAna.context, spec } })
  for (const path of [PATH, '/.well-known/oauth-authorization-server']) {
    expect((await call({ path })).json()).toMatchObject({
      authorization_response_iss_parameter_supported: true,
    })
  }
})

test('a server where nobody signs in is no OpenID Provider', async () => {
  const { call } = await startAuthorizationServer(bed)
  expect((await call({ path: PATH })).status).toBe(404)
  expect((await call({ path: '/userinfo' })).status).toBe(404)
})
