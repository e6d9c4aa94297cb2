import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import { answerOf, FHIR_URL } from '../fixture.ts'
import { codeOf, type Seam, startSeam, tokensFor } from '../token/fixture.ts'
import { userinfoChecks } from './userinfo.ts'

const bed = new Bed()
let seam: Seam

beforeAll(async () => {
  seam = await startSeam(bed)
})
afterAll(() => bed.close())

const ask = (authorization?: string, method = 'GET') =>
  seam.call({ method, path: '/userinfo', headers: authorization === undefined ? {} : { authorization } })

const tokenWith = async (scopes: string[]) => (await tokensFor(seam, codeOf(seam, { scopes }))).access_token

describe('userinfo', () => {
  test.each(['GET', 'POST'])('%s tells what the scopes allow, with issuer and subject', async (method) => {
    const token = await tokenWith(['openid', 'fhirUser', 'email'])
    const answer = await ask(`Bearer ${token}`, method)
    expect(answerOf(answer)).toEqual({
      status: 200,
      iss: seam.url,
      sub: seam.sub,
      fhirUser: `${FHIR_URL}/Patient/p1`,
      email: 'ana@example.com',
    })
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'cache-control': 'no-store',
    })
  })

  test('of a scope with an odd name there is nothing to tell', async () => {
    const token = await tokenWith(['openid', 'constructor', '__proto__'])
    expect(answerOf(await ask(`Bearer ${token}`))).toEqual({ status: 200, iss: seam.url, sub: seam.sub })
  })

  test('needs the scope openid, unless the server does not look', async () => {
    const token = await tokenWith(['profile'])
    const answer = await ask(`Bearer ${token}`)
    expect(answerOf(answer)).toMatchObject({ status: 403, error: 'insufficient_scope' })
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="userinfo endpoint", error="insufficient_scope", scope="openid"',
    )
    const arm = await seam.actor.arm([{ inject: 'skip/userinfo-scope' }])
    const accepted = answerOf(await ask(`Bearer ${token}`))
    await seam.actor.disarm(arm)
    expect(accepted).toMatchObject({ status: 200, sub: seam.sub, name: 'Ana Example' })
  })

  test('without a token names the scheme and nothing else (RFC 6750 3.1)', async () => {
    const answer = await ask()
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="userinfo endpoint"')
  })

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'Bearer "x"', ''])('refuses %j', async (sent) => {
    expect(answerOf(await ask(sent))).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  test('refuses a token that is unknown, or has ended', async () => {
    const refused = { status: 401, error: 'invalid_token' }
    expect(answerOf(await ask('Bearer unknown'))).toMatchObject(refused)
    const code = codeOf(seam)
    const { access_token } = await tokensFor(seam, code)
    expect((await ask(`bearer ${access_token}`)).status).toBe(200)
    seam.inside.grants.codeOf(code)!.family.end()
    expect(answerOf(await ask(`Bearer ${access_token}`))).toMatchObject(refused)
  })

  test('refuses a token that is not of a person', async () => {
    const { accessTokens } = seam.inside
    const token = await accessTokens.issue({ clientId: seam.client.id, scope: 'openid', lifetimeS: 60 })
    expect(answerOf(await ask(`Bearer ${token}`))).toMatchObject({ status: 401, error: 'invalid_token' })
  })

  test('that checks nothing says nothing of anybody to who has no token', async () => {
    const skips = userinfoChecks.map(({ name }) => ({ inject: `skip/${name}` }))
    const arm = await seam.actor.arm(skips)
    const answers = [answerOf(await ask()), answerOf(await ask('Bearer unknown'))]
    await seam.actor.disarm(arm)
    const nobody = { status: 200, iss: seam.url }
    expect(answers).toEqual([nobody, nobody])
  })
})
