import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { Bed } from '../../fixture-bed.ts'
import { FHIR_URL, requestToken, type Server, signAssertion } from '../fixture.ts'
import {
  authorizationUrl,
  Browser,
  CALLBACK,
  people,
  signInThrough,
  startSignIn,
  VERIFIER,
} from './fixture.ts'

const bed = new Bed()
let server: Server
let clientId: string
let credential: Credential

beforeAll(async () => {
  ;({ server, clientId, credential } = await startSignIn(bed))
})
afterAll(() => bed.close())

const { ana, ben, dora } = people as Record<'ana' | 'ben' | 'dora', (typeof people)[string]>

const launched = async (what: Record<string, string | boolean>) =>
  (await server.actor.act('smart/launch', what, 5000)).outputs

/** What the client hears, with the token response when there was a code. */
async function through(person: typeof ana, parameters: Record<string, string>, approve?: string[]) {
  const url = authorizationUrl(server, clientId, { scope: 'launch patient/Patient.rs', ...parameters })
  const back = await signInThrough(new Browser(bed), url, { ...person, ...(approve ? { approve } : {}) })
  const { error, code = '' } = Object.fromEntries(new URL(back).searchParams)
  if (error) return { error }
  const claims = { extensions: undefined }
  const assertion = await signAssertion(server, credential, clientId, { claims })
  const answer = await requestToken(server, assertion, {
    grant_type: 'authorization_code',
    scope: undefined,
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  })
  return answer.json()
}

test('an EHR launch says what was open, to the app and with the token', async () => {
  const outputs = await launched({
    patient: 'p7',
    encounter: 'e1',
    intent: 'order',
    need_patient_banner: false,
  })
  expect(outputs).toEqual({
    launch: expect.any(String),
    iss: FHIR_URL,
    query: new URLSearchParams({ iss: FHIR_URL, launch: String(outputs.launch) }).toString(),
  })
  expect(await through(dora, { launch: String(outputs.launch), aud: FHIR_URL })).toMatchObject({
    patient: 'p7',
    encounter: 'e1',
    intent: 'order',
    need_patient_banner: false,
  })
})

test('a patient may open their own record, and no other one', async () => {
  const own = await launched({ patient: 'p2' })
  expect(await through(ben, { launch: String(own.launch) })).toMatchObject({ patient: 'p2' })
  expect(await through(ana, { launch: String(own.launch) })).toEqual({ error: 'access_denied' })
  const arm = await server.actor.arm([{ inject: 'skip/launch-patient' }])
  expect(await through(ana, { launch: String(own.launch) })).toMatchObject({ patient: 'p2' })
  await server.actor.disarm(arm)
})

test('with prompt=none, what was allowed of one record is not allowed of another one', async () => {
  const browser = new Browser(bed)
  const scope = 'launch patient/Patient.rs'
  const openAt = async (patient: string, more = {}) => {
    const { launch } = await launched({ patient })
    return authorizationUrl(server, clientId, { scope, launch: String(launch), ...more })
  }
  await signInThrough(browser, await openAt('p1'), ben)
  const silently = async (patient: string) =>
    new URL(await browser.leave(await openAt(patient, { prompt: 'none' }))).searchParams
  expect((await silently('p1')).has('code')).toBe(true)
  expect((await silently('p2')).get('error')).toBe('consent_required')
})

test('only who started the app goes on', async () => {
  const { launch } = await launched({ patient: 'p1', user: 'dora' })
  expect(await through(dora, { launch: String(launch) })).toMatchObject({ patient: 'p1' })
  expect(await through(ana, { launch: String(launch) })).toEqual({ error: 'access_denied' })
})

test('standalone: the record that was chosen, and none when all that it is for is left out', async () => {
  const scope = 'openid launch/patient patient/Patient.rs'
  expect(await through({ ...ben, patient: 'p2' } as typeof ben, { scope })).toMatchObject({ patient: 'p2' })
  expect(await through(ana, { scope: 'openid patient/Patient.rs' }, [])).not.toHaveProperty('patient')
})

test('what was open is not told to an app that does not ask for it', async () => {
  const { launch } = await launched({ patient: 'p1', encounter: 'e1' })
  const told = await through(ana, { launch: String(launch), scope: 'openid user/Patient.rs' })
  expect(told).toHaveProperty('access_token')
  expect(told).not.toHaveProperty('patient')
  expect(told).not.toHaveProperty('encounter')
})

test('a launch by somebody whom the server does not know stops', async () => {
  const { stopped } = await server.actor.act('smart/launch', { user: 'nobody' }, 5000)
  expect(stopped).toMatchObject({ check: 'missing-input', message: expect.stringContaining('nobody') })
})
