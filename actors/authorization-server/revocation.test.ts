import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../actor.ts'
import {
  type Authority,
  type Bed,
  CLIENT_URI,
  openAuthority,
  openBed,
  register,
  requestToken,
  signAssertion,
  signStatement,
} from './fixture.ts'

let authority: Authority
let credential: Credential
let bed: Bed
let clientId: string

beforeAll(async () => {
  authority = await openAuthority()
  credential = await authority.issue([CLIENT_URI])
  // No policy: hard-fail is what a server does when nobody says otherwise.
  bed = await openBed({ communities: [authority], context: { policy: {} } })
  const answer = await register(bed, await signStatement(bed, credential))
  clientId = (answer.json() as { client_id: string }).client_id
})
afterAll(async () => {
  await bed.close()
  await authority.close()
})

test('the server asks about revocation while it registers, and each question is a hop of its own', () => {
  const inbound = bed.halves.find((half) => half.side === 'server' && half.request?.url.endsWith('/register'))
  const questions = bed.halves.filter((half) => half.side === 'client')
  expect(questions.length).toBeGreaterThan(0)
  for (const question of questions)
    expect(question).toMatchObject({ within: inbound?.id, response: { status: 200 } })
})

test('an intermediate that x5c leaves out is fetched', async () => {
  const alone = { ...credential, chain: credential.chain.slice(0, 1) }
  expect((await requestToken(bed, await signAssertion(bed, alone, clientId))).status).toBe(200)
})

test('a certificate that is revoked gets no token any more, its successor does', async () => {
  expect((await requestToken(bed, await signAssertion(bed, credential, clientId))).status).toBe(200)
  await authority.revoke(credential)
  const refused = await requestToken(bed, await signAssertion(bed, credential, clientId))
  expect(refused.status).toBe(400)
  expect(refused.json()).toMatchObject({
    error: 'invalid_client',
    error_description: expect.stringContaining('was revoked'),
  })
  const registration = await register(bed, await signStatement(bed, credential))
  expect(registration.json()).toMatchObject({ error: 'unapproved_software_statement' })
  const successor = await authority.issue([CLIENT_URI])
  expect((await requestToken(bed, await signAssertion(bed, successor, clientId))).status).toBe(200)
})
