import { afterAll, beforeAll, expect, test } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import {
  authorizationUrl,
  Browser,
  people,
  signInThrough,
  startSignIn,
  VERIFIER,
} from '../authorization/fixture.ts'
import { answerOf, ask, CODE, FHIR_URL, requestToken, signAssertion } from '../fixture.ts'

const bed = new Bed()
let parties: Awaited<ReturnType<typeof startSignIn>>

beforeAll(async () => {
  parties = await startSignIn(bed)
})
afterAll(() => bed.close())

interface Answer {
  status: number
  access_token: string
  refresh_token: string
}

async function token(form: Record<string, string>): Promise<Answer> {
  const { server, credential, clientId } = parties
  const assertion = await signAssertion(server, credential, clientId, { claims: { extensions: undefined } })
  return answerOf(await requestToken(server, assertion, { scope: undefined, ...form })) as Answer
}

async function codeOf(scope: string, approve?: string[]): Promise<string> {
  const { server, clientId } = parties
  const url = authorizationUrl(server, clientId, { scope })
  const ways = { ...people.ben!, patient: 'p2', ...(approve ? { approve } : {}) }
  const back = new URL(await signInThrough(new Browser(bed), url, ways))
  return back.searchParams.get('code')!
}

const trade = (code: string) =>
  token({
    grant_type: 'authorization_code',
    code,
    redirect_uri: CODE.redirect_uris[0]!,
    code_verifier: VERIFIER,
  })

const userinfo = async (accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` }
  return answerOf(await parties.server.call({ path: '/userinfo', headers }))
}

test('from the code that a person gave to their record, on with a refresh token, and no further than it', async () => {
  const { server, community } = parties
  const scope = 'openid profile offline_access launch/patient patient/Patient.rs'
  const tokens = await trade(await codeOf(scope))
  expect(tokens).toMatchObject({ status: 200, scope, patient: 'p2' })
  expect(await userinfo(tokens.access_token)).toMatchObject({ status: 200, iss: server.url })

  const fhir = { credential: await community.issue([FHIR_URL], 'fhir'), id: FHIR_URL }
  const introspect = async (one: Answer) =>
    answerOf(await ask(server, '/introspect', fhir, {}, { token: one.access_token }))
  expect(await introspect(tokens)).toMatchObject({ active: true, scope, patient: 'p2' })

  const refresh = ({ refresh_token }: Answer) => token({ grant_type: 'refresh_token', refresh_token })
  const renewed = await refresh(tokens)
  expect(renewed).toMatchObject({ status: 200, scope, patient: 'p2' })
  expect(await introspect(renewed)).toMatchObject({ active: true, patient: 'p2' })

  expect(await refresh(tokens)).toMatchObject({ status: 400, error: 'invalid_grant' })
  expect(await introspect(tokens)).toEqual({ status: 200, active: false })
  expect(await introspect(renewed)).toEqual({ status: 200, active: false })
  expect(await userinfo(renewed.access_token)).toMatchObject({ status: 401, error: 'invalid_token' })
})

test('what the person left out is not in the token, nor what was never asked for', async () => {
  const scope = 'openid offline_access patient/Patient.rs patient/Observation.rs'
  const tokens = await trade(await codeOf(scope, ['patient/Observation.rs', 'user/Patient.rs']))
  expect(tokens).toMatchObject({ status: 200, scope: 'openid patient/Observation.rs' })
  expect(tokens).not.toHaveProperty('refresh_token')
})

test('a code is good once, whoever comes first', async () => {
  const code = await codeOf('openid patient/Patient.rs')
  const first = await trade(code)
  expect(await trade(code)).toMatchObject({ status: 400, error: 'invalid_grant' })
  expect(await userinfo(first.access_token)).toMatchObject({ status: 401 })
})
