import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSpec } from '../../spec/load.ts'
import { authorizationServer } from './actor.ts'
import { type Bed, openBed } from './fixture.ts'

let bed: Bed

beforeAll(async () => {
  bed = await openBed({ communities: [] })
})
afterAll(() => bed.close())

test('its metadata names its endpoints (RFC 8414) and its facts say the same', async () => {
  const answer = await bed.call({ path: '/.well-known/oauth-authorization-server' })
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.json()).toEqual({
    issuer: bed.url,
    token_endpoint: `${bed.url}/token`,
    registration_endpoint: `${bed.url}/register`,
    jwks_uri: `${bed.url}/jwks`,
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
  })
  const { jwks, ...published } = bed.actor.facts
  expect(answer.json()).toMatchObject(published)
  expect((await bed.call({ path: '/jwks' })).json()).toEqual(jwks)
})

test('it answers what it does not know with an error, not with silence', async () => {
  expect((await bed.call({ path: '/nothing' })).status).toBe(404)
  expect((await bed.call({ path: '/token' })).status).toBe(404)
  expect((await bed.call({ method: 'HEAD', path: '/jwks' })).status).toBe(200)
})

test('each check can be skipped by a name of its own and enforces rules that there are', () => {
  const names = authorizationServer.checks.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const known = new Set(loadSpec(new URL('../../', import.meta.url)).requirements.map(({ id }) => id))
  for (const { name, refs } of authorizationServer.checks) {
    expect(refs.length, name).toBeGreaterThan(0)
    expect(
      refs.filter((ref) => !known.has(ref)),
      name,
    ).toEqual([])
  }
})
