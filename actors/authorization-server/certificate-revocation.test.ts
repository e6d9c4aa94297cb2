import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../actor.ts'
import { Bed } from '../fixture-bed.ts'
import type { Community } from '../fixture-community.ts'
import {
  CLIENT_URI,
  register,
  registered,
  requestToken,
  type Server,
  signAssertion,
  signStatement,
  startParties,
} from './fixture.ts'

const bed = new Bed()
let community: Community
let credential: Credential
let server: Server
let clientId: string

beforeAll(async () => {
  // No policy: hard-fail is what a server does when nobody says otherwise.
  ;({ community, credential, server } = await startParties(bed, { policy: {} }))
  clientId = await registered(server, credential)
})
afterAll(() => bed.close())

test('the server asks about revocation while it registers, and each question is a hop of its own', async () => {
  const halves = await bed.halves()
  const inbound = halves.find((half) => half.side === 'server' && half.request?.url.endsWith('/register'))
  const questions = halves.filter((half) => half.side === 'client')
  expect(questions.length).toBeGreaterThan(0)
  for (const question of questions)
    expect(question).toMatchObject({ within: inbound?.id, response: { status: 200 } })
})

test('an intermediate that x5c leaves out is fetched', async () => {
  const alone = { ...credential, chain: credential.chain.slice(0, 1) }
  expect((await requestToken(server, await signAssertion(server, alone, clientId))).status).toBe(200)
})

test('a certificate that is revoked gets no token any more, its successor does', async () => {
  expect((await requestToken(server, await signAssertion(server, credential, clientId))).status).toBe(200)
  await community.revoke(credential)
  const refused = await requestToken(server, await signAssertion(server, credential, clientId))
  expect(refused.status).toBe(400)
  expect(refused.json()).toMatchObject({
    error: 'invalid_client',
    error_description: expect.stringContaining('was revoked'),
  })
  const registration = await register(server, await signStatement(server, credential))
  expect(registration.json()).toMatchObject({ error: 'unapproved_software_statement' })
  const successor = await community.issue([CLIENT_URI])
  expect((await requestToken(server, await signAssertion(server, successor, clientId))).status).toBe(200)
})
