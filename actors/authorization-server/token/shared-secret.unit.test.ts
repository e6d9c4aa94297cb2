import { afterAll, beforeAll, expect, it } from 'vitest'
import { parametersOf } from '../../fixture.ts'
import { Bed } from '../../fixture-bed.ts'
import { answerOf } from '../fixture.ts'
import { CALLBACK, codeOf, type Seam, startSeam } from './fixture.ts'

const beds = [new Bed(), new Bed()]
let seam: Seam
let client: { client_id: string; client_secret: string }

const enrol = (at: Seam) =>
  at.actor.act(
    'oauth/enrol-client',
    { client_name: 'An app', redirect_uri: CALLBACK, scope: 'openid patient/Patient.rs' },
    5000,
  )

beforeAll(async () => {
  seam = await startSeam(beds[0]!, { context: { spec: parametersOf('1.1.0') } })
  client = (await enrol(seam)).outputs as typeof client
})
afterAll(() => Promise.all(beds.map((bed) => bed.close())))

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

async function trade(authorization: string | undefined, form: Record<string, string> = {}, at = seam) {
  const grant = { clientId: client.client_id, scopes: ['patient/Patient.rs'] }
  const code = codeOf(at, grant, { codeChallenge: undefined })
  const body = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...form }
  const answer = await at.call({
    method: 'POST',
    path: '/token',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: new URLSearchParams(body).toString(),
  })
  return answerOf(answer)
}

it('takes the right id and secret, and asks for nothing of UDAP then', async () => {
  const { client_id, client_secret } = client
  expect(await trade(basic(client_id, client_secret))).toMatchObject({ status: 200, token_type: 'Bearer' })
  expect(await trade(basic(client_id, client_secret), { client_id })).toMatchObject({ status: 200 })
})

it.each<[string, () => Promise<{ status: number; error?: unknown }>]>([
  ['a wrong secret', () => trade(basic(client.client_id, 'guessed'))],
  ['an id of nobody', () => trade(basic('nobody', client.client_secret))],
  ['a client that has a key', () => trade(basic(seam.client.id, ''))],
  ['no secret at all', () => trade(undefined, { client_id: client.client_id })],
  ['a secret in the form', () => trade(undefined, { ...client })],
  ['both at once', () => trade(basic(client.client_id, client.client_secret), { client_secret: 'x' })],
  [
    'an assertion besides',
    () => trade(basic(client.client_id, client.client_secret), { client_assertion: 'x' }),
  ],
  ['another client_id', () => trade(basic(client.client_id, client.client_secret), { client_id: 'x' })],
  [
    'another grant',
    () => trade(basic(client.client_id, client.client_secret), { grant_type: 'client_credentials' }),
  ],
  ['junk', () => trade('Basic ////')],
  ['percent junk', () => trade(basic('%', '%zz'))],
  ['another scheme', () => trade(`Bearer ${client.client_secret}`)],
])('refuses %s', async (_, asked) => {
  const { status, error } = await asked()
  expect([400, 401]).toContain(status)
  expect(error).toEqual(expect.any(String))
})

it('takes no code of somebody else', async () => {
  const code = codeOf(seam, {}, { codeChallenge: undefined })
  const { client_id, client_secret } = client
  const answer = await trade(basic(client_id, client_secret), { code })
  expect(answer).toMatchObject({ status: 400, error: 'invalid_grant' })
})

it('has no secrets where the version of the guide has none', async () => {
  const strict = await startSeam(beds[1]!)
  expect((await enrol(strict)).stopped?.message).toContain('never by a secret')
  const answer = await trade(basic(client.client_id, client.client_secret), {}, strict)
  expect(answer).toMatchObject({ status: 401, error: 'invalid_client' })
})
