import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { Bed, runs } from '../../fixture-bed.ts'
import {
  answerOf,
  ask,
  register,
  requestToken,
  type Server,
  signAssertion,
  signStatement,
  startParties,
} from '../fixture.ts'

const bed = new Bed()
let server: Server
let credential: Credential
let origin: string
/** The key set of the client, as each test wants it. */
let keySet = ''

beforeAll(async () => {
  origin = await bed.serve('keys', (app) => {
    app.get('/jwks.json', async (_request, reply) => reply.type('application/json').send(keySet))
  })
  const policy = { revocation: 'off', dereferenceJku: true }
  ;({ server, credential } = await startParties(bed, { policy }))
})
afterAll(() => bed.close())

async function idWith(jku: string | undefined): Promise<string> {
  const stated = await register(server, await signStatement(server, credential, { claims: { jku } }))
  return (stated.json() as { client_id: string }).client_id
}

async function tokenWith(registered: string | undefined, header: Record<string, unknown>) {
  const changes = { header: { x5c: undefined, kid: 'k', ...header } }
  const assertion = await signAssertion(server, credential, await idWith(registered), changes)
  return answerOf(await requestToken(server, assertion))
}

const denied = { status: 400, error: 'invalid_client' }

test('the certificates may stand in the key set that the client registered', async () => {
  const jku = `${origin}/jwks.json`
  keySet = JSON.stringify({ keys: [{ kid: 'other' }, { kid: 'k', x5c: credential.chain }] })
  expect(await tokenWith(jku, { jku })).toMatchObject({ status: 200, token_type: 'Bearer' })
})

test('so may they when a token is revoked', async () => {
  const jku = `${origin}/jwks.json`
  keySet = JSON.stringify({ keys: [{ kid: 'k', x5c: credential.chain }] })
  const by = { credential, id: await idWith(jku) }
  const changes = { header: { x5c: undefined, jku, kid: 'k' } }
  expect((await ask(server, '/revoke', by, changes, { token: 'never' })).status).toBe(200)
})

test.each([undefined, 7])('without a kid that is one, no key is taken: %s', async (kid) => {
  const jku = `${origin}/jwks.json`
  keySet = JSON.stringify({ keys: [{ kid, x5c: credential.chain }] })
  expect(await tokenWith(jku, { jku, kid })).toMatchObject(denied)
})

test('nothing is fetched that was not registered', async () => {
  const jku = `${origin}/jwks.json`
  expect(await tokenWith(undefined, { jku })).toMatchObject(denied)
  expect(await tokenWith(`${jku}?other`, { jku })).toMatchObject(denied)
})

test.each([
  ['no https', 'http://127.0.0.1:1/jwks.json'],
  ['no URL', 'https://'],
  ['nobody there', 'https://127.0.0.1:1/jwks.json'],
])('a jku with %s is refused', async (_, jku) => {
  expect(await tokenWith(jku, { jku })).toMatchObject(denied)
})

test.each([
  ['no JSON', '<p>keys</p>'],
  ['no keys', '{}'],
  ['keys that are none', '{"keys":[null,1,"k"]}'],
  ['another key', '{"keys":[{"kid":"other","x5c":["MIIB"]}]}'],
  ['too much', `{"keys":[{"kid":"${'k'.repeat(100_000)}"}]}`],
])('a key set with %s is refused', async (_, body) => {
  const jku = `${origin}/jwks.json`
  keySet = body
  expect(await tokenWith(jku, { jku })).toMatchObject(denied)
})

test('an x5c that is none is refused as it is in a header', async () => {
  const jku = `${origin}/jwks.json`
  keySet = '{"keys":[{"kid":"k","x5c":"MIIB"}]}'
  expect(await tokenWith(jku, { jku })).toMatchObject({ status: 400, error: 'invalid_request' })
})

test('whatever the key set is, nobody gets in by it, and all are answered', async () => {
  const jku = `${origin}/jwks.json`
  const id = await idWith(jku)
  const key = fc.record(
    {
      kid: fc.constantFrom('k', 'other', 7),
      x5c: fc.oneof(
        fc.array(fc.base64String()),
        fc.constant([credential.chain[0]!.slice(4)]),
        fc.jsonValue(),
      ),
      kty: fc.constantFrom('oct', 'RSA'),
      k: fc.base64String(),
      alg: fc.constantFrom('none', 'HS256', 'RS256'),
    },
    { requiredKeys: [] },
  )
  const body = fc.oneof(fc.record({ keys: fc.array(fc.oneof(key, fc.jsonValue())) }), fc.jsonValue())
  const alg = fc.constantFrom('RS256', 'none', 'HS256')
  const property = fc.asyncProperty(body, alg, async (said, named) => {
    keySet = JSON.stringify(said)
    const own = await signAssertion(server, credential, id, { header: { x5c: undefined, jku, kid: 'k' } })
    const [, claims, signature] = own.split('.')
    const head = Buffer.from(JSON.stringify({ alg: named, jku, kid: 'k' })).toString('base64url')
    const assertion = [head, claims, named === 'none' ? '' : signature].join('.')
    expect((await requestToken(server, assertion)).status).toBe(400)
  })
  await fc.assert(property, runs(60))
})
