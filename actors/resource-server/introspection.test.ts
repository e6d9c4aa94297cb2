import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { decodeJwt } from '../../wire/jwt.ts'
import { Bed } from '../fixture-bed.ts'
import { startCommunity } from '../fixture-community.ts'
import {
  type AuthorizationStub,
  type ResourceServer,
  startAuthorizationStub,
  startResourceServer,
} from './fixture.ts'

const bed = new Bed()
let authorization: AuthorizationStub
let server: ResourceServer
beforeAll(async () => {
  authorization = await startAuthorizationStub(bed)
  const communities = [await startCommunity(bed)]
  server = await startResourceServer(bed, authorization, {
    communities,
    policy: { tokens: 'introspection' },
  })
})
afterAll(() => bed.close())

/** What is right about a token. */
const active = () => ({
  active: true,
  scope: 'system/Patient.rs',
  iss: authorization.peer.url,
  aud: server.url,
  exp: Math.floor(Date.now() / 1000) + 60,
})
const says = (body: unknown, status = 200) => {
  authorization.answers['/introspect'] = { status, body }
}
const read = (path = 'Patient/p1') =>
  bed.call({ url: `${server.url}/${path}`, headers: { authorization: 'Bearer an-opaque-token' } })
beforeEach(() => says(active()))

it('asks the authorization server about each token, as itself', async () => {
  expect((await read()).status).toBe(200)
  expect((await read()).status).toBe(200)
  const asked = (await bed.halves()).filter(({ request }) => request?.url.endsWith('/introspect'))
  expect(asked).toHaveLength(2)
  const { client_assertion, ...form } = Object.fromEntries(new URLSearchParams(asked[0]?.request?.body))
  expect(form).toEqual({
    token: 'an-opaque-token',
    token_type_hint: 'access_token',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })
  const { header, claims } = decodeJwt(client_assertion ?? '')!
  expect(header.x5c).toEqual(server.credentials[0]?.chain)
  expect(claims).toMatchObject({
    iss: server.url,
    sub: server.url,
    aud: authorization.peer.endpoints.introspection,
    jti: expect.any(String),
  })
  expect(Number(claims.exp) - Number(claims.iat)).toBe(300)
})

it('is content with an answer that says no more than it must', async () => {
  says({ active: true, scope: 'system/Patient.rs' })
  expect((await read()).status).toBe(200)
})

it.each<[string, object, number, string]>([
  ['inactive', { active: false }, 401, 'invalid_token'],
  ['active in words', { active: 'true' }, 401, 'invalid_token'],
  ['for somebody else', { aud: 'https://other.example' }, 401, 'invalid_token'],
  ['of another issuer', { iss: 'https://other.example' }, 401, 'invalid_token'],
  ['expired', { exp: 1 }, 401, 'invalid_token'],
  ['not valid yet', { nbf: 9_999_999_999 }, 401, 'invalid_token'],
  ['for something else', { scope: 'system/Observation.rs' }, 403, 'insufficient_scope'],
])('refuses a token that is %s', async (_what, change, status, error) => {
  says({ ...active(), ...change })
  const answer = await read()
  expect(answer.status).toBe(status)
  expect(answer.headers['www-authenticate']).toContain(`error="${error}"`)
  expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome' })
})

it.each<[string, unknown, number]>([
  ['refuses to say', { error: 'invalid_client' }, 401],
  ['talks nonsense', 'yes', 200],
  ['talks without end', { active: true, padding: 'x'.repeat(70_000) }, 200],
])('lets nobody in while the authorization server %s', async (_what, body, status) => {
  says(body, status)
  const answer = await read()
  expect(answer.status).toBe(503)
  expect(answer.json()).toMatchObject({ issue: [{ code: 'transient' }] })
})

it('does not look when it is told to skip that', async () => {
  says({ ...active(), active: false })
  const id = await server.arm([{ inject: 'skip/access-token-active' }])
  expect((await read()).status).toBe(200)
  expect(await server.disarm(id)).toEqual([{ fault: 'skip/access-token-active' }])
})
