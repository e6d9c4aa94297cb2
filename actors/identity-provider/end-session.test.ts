import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import type { Credential } from '../actor.ts'
import { Browser, type Page, signInThrough } from '../authorization-server/authorization/fixture.ts'
import {
  answerOf,
  CLIENT_URI,
  CODE,
  FORM_TYPE,
  JSON_TYPE,
  register,
  type Server,
  signStatement,
} from '../authorization-server/fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { signJwt } from '../fixture-keys.ts'
import { authorizationUrl, BEN, redeem, registerClient, startIdentityProvider, walk } from './fixture.ts'

const SIGNED_OUT = 'https://app.example/signed-out'
const ASKS = 'Do you want to sign out?'
const DONE = 'You are signed out'

const bed = new Bed()
let community: Community
let idp: Server
let client: { id: string; credential: Credential }
let browser: Browser
let hint: string

beforeAll(async () => {
  community = await startCommunity(bed)
  const credential = await community.issue([CLIENT_URI])
  idp = await startIdentityProvider(bed, [community])
  client = {
    credential,
    id: await registerClient(idp, credential, { post_logout_redirect_uris: [SIGNED_OUT] }),
  }
})
beforeEach(async () => {
  browser = new Browser(bed)
  const answer = await redeem(idp, client, await walk(browser, authorizationUrl(idp, client.id)))
  hint = String((answer.json() as JsonObject).id_token)
})
afterAll(() => bed.close())

const url = (parameters: Record<string, string> = {}) =>
  `${idp.url}/end-session?${new URLSearchParams(parameters)}`

/** Would the person be let in without being asked? */
async function isSignedIn(): Promise<boolean> {
  const { left } = await browser.open(authorizationUrl(idp, client.id, { prompt: 'none' }))
  return left?.searchParams.has('code') === true
}

async function expectRefused(page: Page, message: string): Promise<void> {
  expect(page).toMatchObject({ answer: { status: 400 }, heading: 'Something went wrong' })
  expect(page.alert).toContain(message)
  expect(await isSignedIn()).toBe(true)
}

test('an ID token says who shall be signed out, and the browser goes where the client wants it', async () => {
  const asked = { id_token_hint: hint, post_logout_redirect_uri: SIGNED_OUT, state: 'a state' }
  expect(await browser.leave(url(asked))).toBe(`${SIGNED_OUT}?state=a+state`)
  expect(await isSignedIn()).toBe(false)
})

test('without a place to go to it says that they are signed out', async () => {
  const { answer, heading } = await browser.open(url({ id_token_hint: hint }))
  expect(answer.status).toBe(200)
  expect(heading).toBe(DONE)
  expect(await isSignedIn()).toBe(false)
})

test('without an ID token the person is asked, and nothing happens until they say so', async () => {
  const page = await browser.open(url({ client_id: client.id, post_logout_redirect_uri: SIGNED_OUT }))
  expect(page.heading).toBe(ASKS)
  expect(page.$('main').text()).toContain('as Ana')
  expect(await isSignedIn()).toBe(true)
  expect((await browser.submit(page, {}, 'Sign out')).left?.href).toBe(SIGNED_OUT)
  expect(await isSignedIn()).toBe(false)
})

test('an ID token of one person signs out nobody else', async () => {
  browser = new Browser(bed)
  const { username, password } = BEN
  await signInThrough(browser, authorizationUrl(idp, client.id), { username, password })
  expect((await browser.open(url({ id_token_hint: hint }))).heading).toBe(ASKS)
  expect(await isSignedIn()).toBe(true)
})

test('a form of another site, with which no cookie comes, is asked about as a link is', async () => {
  const sentOn = async (form: Record<string, string>) => {
    const body = new URLSearchParams(form).toString()
    const answer = await idp.call({ method: 'POST', path: '/end-session', headers: FORM_TYPE, body })
    expect(answer.status).toBe(303)
    return browser.open(String(answer.headers.location))
  }
  for (const form of [{}, { csrf: 'guessed' }]) {
    expect((await sentOn(form)).heading).toBe(ASKS)
    expect(await isSignedIn()).toBe(true)
  }
  expect((await sentOn({ id_token_hint: hint })).heading).toBe(DONE)
  expect(await isSignedIn()).toBe(false)
})

test('a form that did not come from the page signs nobody out', async () => {
  const page = await browser.post(`${idp.url}/end-session`, new URLSearchParams({ csrf: 'guessed' }))
  expect(page.heading).toBe(ASKS)
  expect(await isSignedIn()).toBe(true)
})

test('who is not signed in is told that they are signed out', async () => {
  expect((await new Browser(bed).open(url())).heading).toBe(DONE)
})

test('it sends nobody where the client did not register to', async () => {
  const problem = 'post_logout_redirect_uri is not'
  for (const elsewhere of [`${SIGNED_OUT}/`, 'https://elsewhere.example/', CODE.redirect_uris[0]!]) {
    const asked = { id_token_hint: hint, post_logout_redirect_uri: elsewhere }
    await expectRefused(await browser.open(url(asked)), problem)
  }
  await expectRefused(await browser.open(url({ post_logout_redirect_uri: SIGNED_OUT })), problem)
})

test('an ID token that is not its own signs nobody out', async () => {
  const forged = await signJwt(client.credential.key, {}, { iss: idp.url, sub: 'ana', aud: client.id })
  for (const wrong of ['no.jwt', `${hint.slice(0, -4)}AAAA`, forged]) {
    await expectRefused(await browser.open(url({ id_token_hint: wrong })), 'id_token_hint is no ID token')
  }
})

test('client_id must be that of the ID token', async () => {
  const another = 'https://app.example/another'
  const other = await registerClient(idp, await community.issue([another], 'another'))
  const asked = { id_token_hint: hint, client_id: other }
  await expectRefused(await browser.open(url(asked)), 'issued to another client')
  await expectRefused(await browser.open(url({ client_id: 'nobody' })), 'client_id is of no client')
})

test('what is no request is refused in words', async () => {
  const twice = await browser.open(`${url({ state: 'a' })}&state=b`)
  await expectRefused(twice, 'sent more than once')
  const long = await browser.post(`${idp.url}/end-session`, `state=${'x'.repeat(20_000)}`)
  await expectRefused(long, 'too long')
  const json = await idp.call({ method: 'POST', path: '/end-session', headers: JSON_TYPE, body: '{}' })
  expect(json.status).toBe(400)
})

test('an expired ID token is still good to sign out with', async () => {
  await idp.actor.setClock(3_600_000)
  expect((await browser.open(url({ id_token_hint: hint }))).heading).toBe(DONE)
  await idp.actor.setClock(0)
  expect(await isSignedIn()).toBe(false)
})

test.each([
  ['http', ['http://app.example/signed-out']],
  ['a fragment', [`${SIGNED_OUT}#here`]],
  ['one text', SIGNED_OUT],
])('post_logout_redirect_uris with %s register nobody', async (_what, uris) => {
  const claims = { ...CODE, scope: 'openid udap', post_logout_redirect_uris: uris }
  const answer = await register(idp, await signStatement(idp, client.credential, { claims }))
  expect(answerOf(answer)).toMatchObject({ status: 400, error: 'invalid_client_metadata' })
})
