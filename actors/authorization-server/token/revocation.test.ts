import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { Bed } from '../../fixture-bed.ts'
import {
  answerOf,
  ask,
  CLIENT_URI,
  FHIR_URL,
  type JwtChanges,
  registered,
  requestToken,
  type Server,
  signAssertion,
  startParties,
} from '../fixture.ts'

interface Asker {
  credential: Credential
  id: string
}

const bed = new Bed()
let server: Server
let client: Asker
let other: Asker
let fhir: Asker

beforeAll(async () => {
  const { community, credential, ...parties } = await startParties(bed)
  server = parties.server
  client = { credential, id: await registered(server, credential) }
  const another = await community.issue(['https://another.example'], 'another')
  other = { credential: another, id: await registered(server, another) }
  fhir = { credential: await community.issue([FHIR_URL], 'fhir'), id: FHIR_URL }
})
afterAll(() => bed.close())

async function tokenOf({ credential, id }: Asker): Promise<string> {
  const answer = await requestToken(server, await signAssertion(server, credential, id))
  return (answer.json() as { access_token: string }).access_token
}

const revoke = (token: string | undefined, by = client, changes: JwtChanges = {}) =>
  ask(server, '/revoke', by, changes, { token })

const isActive = async (token: string) =>
  ((await ask(server, '/introspect', fhir, {}, { token })).json() as { active: boolean }).active

test('a client ends a token of its own, and no other one', async () => {
  const [token, kept] = [await tokenOf(client), await tokenOf(client)]
  const answer = await revoke(token)
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '' })
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
  expect([await isActive(token), await isActive(kept)]).toEqual([false, true])
})

test('a token that is unknown, or ended before, is answered with 200 (RFC 7009 2.2)', async () => {
  const token = await tokenOf(client)
  expect((await revoke(token)).status).toBe(200)
  expect((await revoke(token)).status).toBe(200)
  expect((await revoke('never')).status).toBe(200)
  expect((await revoke('never', client, { claims: { aud: `${server.url}/token` } })).status).toBe(200)
})

test('a token of somebody else stays, unless the server does not look whose it is', async () => {
  const token = await tokenOf(other)
  expect(answerOf(await revoke(token))).toMatchObject({ status: 400, error: 'invalid_grant' })
  expect(await isActive(token)).toBe(true)
  const arm = await server.actor.arm([{ inject: 'skip/revocation-owner' }])
  expect((await revoke(token)).status).toBe(200)
  await server.actor.disarm(arm)
  expect(await isActive(token)).toBe(false)
})

test.each<[string, string, JwtChanges]>([
  ['no x5c', 'invalid_request', { header: { x5c: undefined } }],
  ['a client that is not registered', 'invalid_client', { claims: { iss: CLIENT_URI, sub: CLIENT_URI } }],
  ['an assertion for somebody else', 'invalid_client', { claims: { aud: 'https://as.example/revoke' } }],
  ['an expired assertion', 'invalid_client', { offsetS: -600 }],
])('refused: %s', async (_what, error, changes) => {
  const token = await tokenOf(client)
  expect(answerOf(await revoke(token, client, changes))).toMatchObject({ status: 400, error })
  expect(await isActive(token)).toBe(true)
})

test('the certificate must be one of the client, and there must be a token', async () => {
  const token = await tokenOf(client)
  const disguised = { ...client, credential: other.credential }
  expect(answerOf(await revoke(token, disguised))).toMatchObject({ status: 400, error: 'invalid_client' })
  expect(await isActive(token)).toBe(true)
  expect(answerOf(await revoke(undefined))).toMatchObject({ status: 400, error: 'invalid_request' })
})
