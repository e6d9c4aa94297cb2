import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import { challengeOf, VERIFIER } from '../authorization/fixture.ts'
import { answerOf, ask, FHIR_URL } from '../fixture.ts'
import {
  CALLBACK,
  codeOf,
  type Form,
  redeem,
  registeredForCode,
  SCOPE,
  type Seam,
  startSeam,
  tokensFor,
} from './fixture.ts'

const bed = new Bed()
let seam: Seam

beforeAll(async () => {
  seam = await startSeam(bed)
})
afterAll(() => bed.close())

const isActive = (token: string) => seam.inside.accessTokens.claimsOf(token) !== undefined

describe('a good code', () => {
  test('is answered with tokens and the launch context, which nobody may store', async () => {
    const answer = await redeem(seam, codeOf(seam))
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(answerOf(answer)).toEqual({
      status: 200,
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: SCOPE,
      refresh_token: expect.any(String),
      id_token: expect.any(String),
      patient: 'p1',
      need_patient_banner: true,
    })
  })

  test('gives an access token that says whose it is, for which client, and what it is about', async () => {
    const { access_token } = await tokensFor(seam)
    const jwks = (await seam.call({ path: '/jwks' })).json() as unknown as JSONWebKeySet
    const verified = await jwtVerify(access_token, createLocalJWKSet(jwks), {
      typ: 'at+jwt',
      issuer: seam.url,
      audience: FHIR_URL,
      subject: seam.sub,
    })
    expect(verified.payload).toMatchObject({
      client_id: seam.client.id,
      scope: SCOPE,
      patient: 'p1',
      fhirUser: `${FHIR_URL}/Patient/p1`,
    })
  })

  test('without openid gives no ID token, without offline_access no refresh token', async () => {
    const scopes = ['patient/Patient.rs']
    const answer = answerOf(await redeem(seam, codeOf(seam, { scopes })))
    expect(answer).toMatchObject({ status: 200, scope: 'patient/Patient.rs' })
    expect(answer).not.toHaveProperty('id_token')
    expect(answer).not.toHaveProperty('refresh_token')
  })

  test('gives no refresh token to a client that did not register for it', async () => {
    const credential = await seam.community.issue(['https://short.example'], 'short')
    const id = await registeredForCode(seam, credential, { grant_types: ['authorization_code'] })
    const answer = await redeem(seam, codeOf(seam, { clientId: id }), {}, { credential, id })
    expect(answerOf(answer)).not.toHaveProperty('refresh_token')
  })

  test('of an authorization request without challenge or redirect_uri needs neither here', async () => {
    const code = codeOf(seam, {}, { redirectUri: undefined, codeChallenge: undefined })
    const form = { redirect_uri: undefined, code_verifier: undefined }
    expect((await redeem(seam, code, form)).status).toBe(200)
  })

  test('comes with extensions of client credentials, which mean nothing here', async () => {
    const claims = { extensions: { 'hl7-b2b': { version: '7' } } }
    expect((await redeem(seam, codeOf(seam), {}, seam.client, { claims })).status).toBe(200)
  })
})

const other = 'another-verifier-of-the-client-that-is-long-enough'
const short = 'short'

// What is wrong, the check that must refuse it (and no other), the error code, the form, the binding of the code.
const refusals: [string, string, string, Form, Parameters<typeof codeOf>[2]?][] = [
  ['another redirect_uri', 'code-redirect-uri', 'invalid_grant', { redirect_uri: `${CALLBACK}/` }],
  ['no redirect_uri', 'code-redirect-uri', 'invalid_grant', { redirect_uri: undefined }],
  [
    'a redirect_uri that was not asked for',
    'code-redirect-uri',
    'invalid_grant',
    {},
    { redirectUri: undefined },
  ],
  ['another code_verifier', 'code-verifier', 'invalid_grant', { code_verifier: other }],
  ['no code_verifier', 'code-verifier', 'invalid_grant', { code_verifier: undefined }],
  [
    'a code_verifier in capitals',
    'code-verifier',
    'invalid_grant',
    { code_verifier: VERIFIER.toUpperCase() },
  ],
  [
    'a code_verifier that is too short',
    'code-verifier-form',
    'invalid_grant',
    { code_verifier: short },
    { codeChallenge: challengeOf(short) },
  ],
  [
    'a code_verifier without challenge',
    'code-verifier-unasked',
    'invalid_grant',
    {},
    { codeChallenge: undefined },
  ],
]

describe('one wrong thing is refused by one check, and leaves the code good', () => {
  test.each(refusals)('%s: %s', async (_what, check, error, form, binding = {}) => {
    const code = codeOf(seam, {}, binding)
    const refused = await redeem(seam, code, form)
    expect(answerOf(refused)).toEqual({ status: 400, error, error_description: expect.any(String) })

    const arm = await seam.actor.arm([{ inject: `skip/${check}` }])
    const accepted = await redeem(seam, code, form)
    expect(await seam.actor.disarm(arm)).toEqual([{ fault: `skip/${check}` }])
    expect(accepted.status, accepted.text).toBe(200)
  })

  test('no code: invalid_request', async () => {
    expect(answerOf(await redeem(seam, ''))).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  test('a code that was made up', async () => {
    expect(answerOf(await redeem(seam, 'made-up'))).toMatchObject({ status: 400, error: 'invalid_grant' })
    const arm = await seam.actor.arm([{ inject: 'skip/code-known' }])
    const accepted = answerOf(await redeem(seam, 'made-up'))
    await seam.actor.disarm(arm)
    expect(accepted).toMatchObject({ status: 200, scope: SCOPE })
    expect(accepted).not.toHaveProperty('id_token')
  })

  test('the code of another client', async () => {
    const credential = await seam.community.issue(['https://thief.example'], 'thief')
    const thief = { credential, id: await registeredForCode(seam, credential) }
    const code = codeOf(seam)
    expect(answerOf(await redeem(seam, code, {}, thief))).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    })
    expect((await redeem(seam, code)).status).toBe(200)
  })

  test('a code of more than a minute ago, on the clock of the scenario', async () => {
    const [good, late] = [codeOf(seam), codeOf(seam)]
    await seam.actor.setClock(59_000)
    const inTime = await redeem(seam, good, {}, seam.client, { offsetS: 59 })
    await seam.actor.setClock(61_000)
    const tooLate = await redeem(seam, late, {}, seam.client, { offsetS: 61 })
    await seam.actor.setClock(0)
    expect(inTime.status).toBe(200)
    expect(answerOf(tooLate)).toMatchObject({ status: 400, error: 'invalid_grant' })
  })

  test('a code for a client that registered for client credentials only', async () => {
    const { inside } = seam
    const client = inside.clients.byId(seam.client.id)!
    client.grantTypes = ['client_credentials']
    const answer = await redeem(seam, codeOf(seam))
    client.grantTypes = ['authorization_code', 'refresh_token']
    expect(answerOf(answer)).toMatchObject({ status: 400, error: 'unauthorized_client' })
  })
})

describe('a code is good once', () => {
  test('used again, it takes back all that it gave (RFC 6749 4.1.2)', async () => {
    const code = codeOf(seam)
    const { access_token } = await tokensFor(seam, code)
    expect(isActive(access_token)).toBe(true)
    expect(answerOf(await redeem(seam, code))).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(isActive(access_token)).toBe(false)
  })

  test('a server that does not look gives tokens again, and leaves the first ones good', async () => {
    const code = codeOf(seam)
    const first = await tokensFor(seam, code)
    const arm = await seam.actor.arm([{ inject: 'skip/code-unused' }])
    const second = await tokensFor(seam, code)
    await seam.actor.disarm(arm)
    expect([isActive(first.access_token), isActive(second.access_token)]).toEqual([true, true])
  })

  test('of a hundred requests at once exactly one wins, and what it won is taken back', async () => {
    const code = codeOf(seam)
    const answers = await Promise.all(Array.from({ length: 100 }, () => redeem(seam, code)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(99)
    expect(isActive((won[0]!.json() as { access_token: string }).access_token)).toBe(false)
  })

  test('a registration that was modified meanwhile ends it', async () => {
    const credential = await seam.community.issue(['https://mover.example'], 'mover')
    const id = await registeredForCode(seam, credential)
    const [used, unused] = [codeOf(seam, { clientId: id }), codeOf(seam, { clientId: id })]
    const token = (await redeem(seam, used, {}, { credential, id })).json() as { access_token: string }
    expect(isActive(token.access_token)).toBe(true)
    expect(await registeredForCode(seam, credential)).toBe(id)
    expect(isActive(token.access_token)).toBe(false)
    expect(answerOf(await redeem(seam, unused, {}, { credential, id }))).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    })
  })
})

test('the resource server learns whose token it is and what it is about, as long as it is good', async () => {
  const fhir = { credential: await seam.community.issue([FHIR_URL], 'fhir'), id: FHIR_URL }
  const code = codeOf(seam)
  const { access_token: token } = await tokensFor(seam, code)
  const introspect = async () => answerOf(await ask(seam, '/introspect', fhir, {}, { token }))
  expect(await introspect()).toMatchObject({
    active: true,
    sub: seam.sub,
    client_id: seam.client.id,
    scope: SCOPE,
    patient: 'p1',
    fhirUser: `${FHIR_URL}/Patient/p1`,
  })
  await redeem(seam, code)
  expect(await introspect()).toEqual({ status: 200, active: false })
})
