import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import { answerOf, ask } from '../fixture.ts'
import {
  codeOf,
  refresh,
  registeredForCode,
  SCOPE,
  type Seam,
  startSeam,
  type Tokens,
  tokensFor,
} from './fixture.ts'

const bed = new Bed()
let seam: Seam

beforeAll(async () => {
  seam = await startSeam(bed)
})
afterAll(() => bed.close())

const isActive = (token: string) => seam.inside.accessTokens.claimsOf(token) !== undefined
const invalid = { status: 400, error: 'invalid_grant' }

describe('a refresh token', () => {
  test('gives a new access token and takes the place of itself', async () => {
    const first = await tokensFor(seam)
    const answer = await refresh(seam, first.refresh_token)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(answerOf(answer)).toEqual({
      status: 200,
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: SCOPE,
      refresh_token: expect.any(String),
      patient: 'p1',
      need_patient_banner: true,
    })
    const second = answer.json() as unknown as Tokens
    expect(second.access_token).not.toBe(first.access_token)
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(seam, second.refresh_token)).status).toBe(200)
  })

  test('that comes again ends all that came of the code (RFC 9700 4.14.2)', async () => {
    const first = await tokensFor(seam)
    const second = (await refresh(seam, first.refresh_token)).json() as unknown as Tokens
    expect(answerOf(await refresh(seam, first.refresh_token))).toMatchObject(invalid)
    expect([isActive(first.access_token), isActive(second.access_token)]).toEqual([false, false])
    expect(answerOf(await refresh(seam, second.refresh_token))).toMatchObject(invalid)
  })

  test('may come again at a server that does not look', async () => {
    const { refresh_token } = await tokensFor(seam)
    const arm = await seam.actor.arm([{ inject: 'skip/refresh-token-unused' }])
    const statuses = [await refresh(seam, refresh_token), await refresh(seam, refresh_token)]
    await seam.actor.disarm(arm)
    expect(statuses.map(({ status }) => status)).toEqual([200, 200])
  })

  test('of which a hundred come at once wins once', async () => {
    const { refresh_token } = await tokensFor(seam)
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(seam, refresh_token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(99)
  })

  test('is good for 90 days on the clock of the scenario', async () => {
    const [early, late] = [await tokensFor(seam), await tokensFor(seam)]
    const at = async (offsetS: number, { refresh_token }: Tokens) => {
      await seam.actor.setClock(offsetS * 1000)
      const answer = await refresh(seam, refresh_token, {}, seam.client, { offsetS })
      await seam.actor.setClock(0)
      return answerOf(answer)
    }
    expect(await at(90 * 86_400 - 60, early)).toMatchObject({ status: 200 })
    expect(await at(90 * 86_400 + 1, late)).toMatchObject(invalid)
  })

  test('of another client, or made up, is refused; without one it is invalid_request', async () => {
    const credential = await seam.community.issue(['https://thief.example'], 'thief')
    const thief = { credential, id: await registeredForCode(seam, credential) }
    const { refresh_token } = await tokensFor(seam)
    expect(answerOf(await refresh(seam, refresh_token, {}, thief))).toMatchObject(invalid)
    expect(answerOf(await refresh(seam, 'made-up'))).toMatchObject(invalid)
    expect(answerOf(await refresh(seam, ''))).toMatchObject({ status: 400, error: 'invalid_request' })
    expect((await refresh(seam, refresh_token)).status).toBe(200)
  })

  test('may come without udap, which the guide asks for in other requests, but not with another one', async () => {
    const { refresh_token } = await tokensFor(seam)
    expect(answerOf(await refresh(seam, refresh_token, { udap: '2' }))).toMatchObject({
      status: 400,
      error: 'invalid_request',
    })
    expect((await refresh(seam, refresh_token, { udap: undefined })).status).toBe(200)
  })

  test('ends with the registration that it was given for', async () => {
    const credential = await seam.community.issue(['https://mover.example'], 'mover')
    const client = { credential, id: await registeredForCode(seam, credential) }
    const { refresh_token } = await tokensFor({ ...seam, client }, codeOf(seam, { clientId: client.id }))
    expect(await registeredForCode(seam, credential)).toBe(client.id)
    expect(answerOf(await refresh(seam, refresh_token, {}, client))).toMatchObject(invalid)
  })
})

describe('scope', () => {
  test('may be narrowed for one access token, not for the next', async () => {
    const { refresh_token } = await tokensFor(seam)
    const narrow = await refresh(seam, refresh_token, { scope: 'patient/Patient.rs' })
    expect(answerOf(narrow)).toMatchObject({ status: 200, scope: 'patient/Patient.rs' })
    const next = await refresh(seam, (narrow.json() as unknown as Tokens).refresh_token)
    expect(answerOf(next)).toMatchObject({ status: 200, scope: SCOPE })
  })

  test('may be a part of a wildcard that was granted', async () => {
    const code = codeOf(seam, { scopes: ['patient/*.rs', 'offline_access'] })
    const { refresh_token } = await tokensFor(seam, code)
    const answer = await refresh(seam, refresh_token, { scope: 'patient/Patient.r' })
    expect(answerOf(answer)).toMatchObject({ status: 200, scope: 'patient/Patient.r' })
  })

  test('may not be widened, unless the server does not look', async () => {
    const { refresh_token } = await tokensFor(seam)
    const more = { scope: 'patient/Patient.rs email' }
    expect(answerOf(await refresh(seam, refresh_token, more))).toMatchObject({
      status: 400,
      error: 'invalid_scope',
    })
    const arm = await seam.actor.arm([{ inject: 'skip/refresh-token-scope' }])
    const answer = await refresh(seam, refresh_token, more)
    await seam.actor.disarm(arm)
    expect(answerOf(answer)).toMatchObject({ status: 200, ...more })
  })
})

describe('a client ends', () => {
  const revoke = (token: string, by = seam.client) => ask(seam, '/revoke', by, {}, { token })

  test('with a refresh token all that came of the code', async () => {
    const { access_token, refresh_token } = await tokensFor(seam)
    expect((await revoke(refresh_token)).status).toBe(200)
    expect(isActive(access_token)).toBe(false)
    expect(answerOf(await refresh(seam, refresh_token))).toMatchObject(invalid)
  })

  test('with an access token nothing else', async () => {
    const { access_token, refresh_token } = await tokensFor(seam)
    expect((await revoke(access_token)).status).toBe(200)
    expect(isActive(access_token)).toBe(false)
    expect((await refresh(seam, refresh_token)).status).toBe(200)
  })

  test('no refresh token of another client', async () => {
    const credential = await seam.community.issue(['https://thief.example'], 'thief')
    const thief = { credential, id: await registeredForCode(seam, credential) }
    const { refresh_token } = await tokensFor(seam)
    expect(answerOf(await revoke(refresh_token, thief))).toMatchObject(invalid)
    expect((await refresh(seam, refresh_token)).status).toBe(200)
  })
})
