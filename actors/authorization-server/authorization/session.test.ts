import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import { requestToken, type Server, signAssertion } from '../fixture.ts'
import { Provider, startHolder, authorizationUrl as urlAt, Visitor } from '../tiered/fixture.ts'
import {
  authorizationUrl,
  Browser,
  CALLBACK,
  leftBy,
  people,
  registerApp,
  signInThrough,
  startSignIn,
  VERIFIER,
} from './fixture.ts'

const bed = new Bed()
let server: Server
let community: Community
let clientId: string
let credential: Credential
let browser: Browser

beforeAll(async () => {
  ;({ server, community, clientId, credential } = await startSignIn(bed))
})
beforeEach(async () => {
  browser = new Browser(bed)
  await server.actor.setClock(0)
})
afterAll(() => bed.close())

const { ana, ben, cara } = people as Record<'ana' | 'ben' | 'cara', (typeof people)[string]>
const SCOPE = 'openid user/Patient.rs'

type Changes = Record<string, string>
const urlOf = (changes: Changes = {}) => authorizationUrl(server, clientId, { scope: SCOPE, ...changes })

/** What the client is told at once; undefined when the person is asked something. */
async function silently(changes: Changes): Promise<Record<string, string>> {
  const url = new URL(leftBy(await browser.open(urlOf({ prompt: 'none', ...changes }))))
  return Object.fromEntries(url.searchParams)
}

const error = (code: string) => ({ error: code, error_description: expect.any(String), state: 'a state' })
const GOOD = { code: expect.any(String), state: 'a state' }

describe('who has signed in', () => {
  test('is not asked for a password again, but for consent', async () => {
    await signInThrough(browser, urlOf(), ana)
    const page = await browser.open(urlOf())
    expect(page.heading).toBe('Allow access?')
    expect(page.$('dl').text()).toContain('Ana Example')
    expect((await new Browser(bed).open(urlOf())).heading).toBe('Sign in')
  })

  test.each([
    ['prompt=login', { prompt: 'login' }, 'session-prompt'],
    ['prompt=select_account', { prompt: 'select_account' }, 'session-prompt'],
    ['max_age=0', { max_age: '0' }, 'session-age'],
    ['max_age that has passed', { max_age: '59' }, 'session-age'],
  ])('is asked all the same with %s', async (_what, changes, check) => {
    await signInThrough(browser, urlOf(), ana)
    await server.actor.setClock(60_000)
    const page = await browser.open(urlOf(changes))
    expect(page.heading).toBe('Sign in')
    const { username, password } = ana
    expect((await browser.submit(page, { username, password })).heading).toBe('Allow access?')
    const arm = await server.actor.arm([{ inject: `skip/${check}` }])
    expect((await browser.open(urlOf(changes))).heading).toBe('Allow access?')
    await server.actor.disarm(arm)
  })

  test('is asked with max_age=0 in the very same second', async () => {
    await signInThrough(browser, urlOf(), ana)
    expect((await browser.open(urlOf({ max_age: '0' }))).heading).toBe('Sign in')
  })

  test('is not asked when max_age has not passed', async () => {
    await signInThrough(browser, urlOf(), ana)
    await server.actor.setClock(30_000)
    expect((await browser.open(urlOf({ max_age: '40' }))).heading).toBe('Allow access?')
  })
})

test('cookies from before a sign-in are worth nothing after it', async () => {
  for (const who of [ana, cara]) {
    await browser.open(urlOf())
    const before = (await browser.cookies(server.url)).map((one) => one.split(';', 1)[0])
    await signInThrough(browser, urlOf({ prompt: 'login' }), who)
    expect(await silently({})).toEqual(GOOD)
    const url = urlOf({ prompt: 'none' })
    const { headers } = await bed.call({ url, headers: { cookie: before.join('; ') } })
    expect(new URL(headers.location ?? '').searchParams.get('error')).toBe('login_required')
  }
})

describe('prompt=none shows nobody a page', () => {
  test('login_required, when nobody is signed in', async () => {
    expect(await silently({})).toEqual(error('login_required'))
  })

  test('login_required, when it was longer ago than max_age', async () => {
    await signInThrough(browser, urlOf(), ana)
    await server.actor.setClock(60_000)
    expect(await silently({ max_age: '59' })).toEqual(error('login_required'))
  })

  test('consent_required, until the person has allowed all of it', async () => {
    await signInThrough(browser, urlOf(), { ...cara, deny: true })
    expect(await silently({})).toEqual(error('consent_required'))
    await signInThrough(browser, urlOf(), { ...cara, approve: [] })
    expect(await silently({})).toEqual(error('consent_required'))
    await signInThrough(browser, urlOf(), cara)
    expect(await silently({})).toEqual(GOOD)
    expect(await silently({ scope: 'openid' })).toEqual(GOOD)
    expect(await silently({ scope: `${SCOPE} profile` })).toEqual(error('consent_required'))
  })

  test('what one person allowed, another one in the same browser did not', async () => {
    await signInThrough(browser, urlOf(), ana)
    await signInThrough(browser, urlOf({ prompt: 'login' }), { ...cara, deny: true })
    expect(await silently({})).toEqual(error('consent_required'))
  })

  test('what one app was allowed, another one was not', async () => {
    await signInThrough(browser, urlOf(), ana)
    const other = await registerApp(server, await community.issue(['https://app.example/other'], 'other'))
    expect(await silently({ client_id: other })).toEqual(error('consent_required'))
    expect(await silently({})).toEqual(GOOD)
  })

  test('interaction_required, when a record must be chosen', async () => {
    const scope = 'patient/Patient.rs'
    await signInThrough(browser, urlOf({ scope }), { ...ben, patient: 'p2' })
    expect(await silently({ scope })).toEqual(error('interaction_required'))
  })
})

describe('a page that one person left open is not answered in their name', () => {
  const password = (who: typeof ana) => ({ username: who.username, password: who.password })

  test('when they have signed out in another tab', async () => {
    const page = await browser.submit(await browser.open(urlOf()), password(ana))
    const asks = await browser.open(`${server.url}/end-session`)
    await browser.submit(asks, {}, 'Sign out')
    expect((await browser.submit(page, {}, 'Allow')).heading).toBe('Sign in')
  })

  test('when somebody else has signed in there: they are asked, and allowed nothing yet', async () => {
    const page = await browser.submit(await browser.open(urlOf()), password(ana))
    await browser.submit(await browser.open(urlOf({ prompt: 'login' })), password(cara))
    const asked = await browser.submit(page, {}, 'Allow')
    expect(asked.heading).toBe('Allow access?')
    expect(asked.$('dl').text()).toContain('Cara Example')
    expect(await silently({})).toEqual(error('consent_required'))
  })

  test('but in their own, when they have signed in anew', async () => {
    const page = await browser.submit(await browser.open(urlOf()), password(ana))
    await browser.submit(await browser.open(urlOf({ prompt: 'login' })), password(ana))
    expect((await browser.submit(page, {}, 'Allow')).left?.searchParams.has('code')).toBe(true)
  })
})

describe('id_token_hint says whom the client means', () => {
  let hint: string
  let accessToken: string

  beforeAll(async () => {
    const back = new URL(await signInThrough(new Browser(bed), urlOf(), ana))
    const assertion = await signAssertion(server, credential, clientId, { claims: { extensions: undefined } })
    const answer = await requestToken(server, assertion, {
      grant_type: 'authorization_code',
      scope: undefined,
      code: back.searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
    })
    const tokens = answer.json() as { id_token: string; access_token: string }
    hint = tokens.id_token
    accessToken = tokens.access_token
  })

  test('nobody else gets in, whether signed in before or now', async () => {
    await signInThrough(browser, urlOf(), cara)
    expect(await silently({ id_token_hint: hint })).toEqual(error('login_required'))
    const page = await browser.open(urlOf({ id_token_hint: hint }))
    expect(page.heading).toBe('Sign in')
    const { left } = await browser.submit(page, { username: 'cara', password: cara.password })
    expect(left?.searchParams.get('error')).toBe('login_required')
  })

  test('they themselves do', async () => {
    await signInThrough(browser, urlOf(), ana)
    expect((await browser.open(urlOf({ id_token_hint: hint }))).heading).toBe('Allow access?')
    expect(await silently({ id_token_hint: hint })).toEqual(GOOD)
  })

  test('an access token is no ID token, though the same key signed it', async () => {
    const { left } = await browser.open(urlOf({ id_token_hint: accessToken }))
    expect(left?.searchParams.get('error')).toBe('invalid_request')
  })

  test.each(['a.b.c', 'x'.repeat(9000)])('what is no ID token is refused, %#', async (junk) => {
    const { left } = await browser.open(urlOf({ id_token_hint: junk }))
    expect(left?.searchParams.get('error')).toBe('invalid_request')
    const arm = await server.actor.arm([{ inject: 'skip/authorization-id-token-hint' }])
    expect((await browser.open(urlOf({ id_token_hint: junk }))).heading).toBe('Sign in')
    await server.actor.disarm(arm)
  })
})

test('an identity provider is asked each time, but for prompt=none: then it must be the same one', async () => {
  const south = await startCommunity(bed, 'south')
  const [idp, other] = [new Provider(), new Provider()]
  await idp.start(bed, 'idp', south)
  await other.start(bed, 'other', south)
  const holder = await startHolder(
    bed,
    south,
    { idp: idp.url, other: other.url },
    { with: { users: ['ben'] } },
  )
  const visitor = new Visitor(bed)
  const open = (at: string, prompt: Changes) => visitor.open(urlAt(holder, at, prompt))
  const none = { prompt: 'none' }

  expect((await open(idp.url, none)).parameters).toMatchObject({ error: 'login_required' })
  const { parameters } = await visitor.press('Allow', await open(idp.url, {}))
  expect(parameters).toHaveProperty('code')
  expect((await open(idp.url, none)).parameters).toHaveProperty('code')
  expect((await open(other.url, none)).parameters).toMatchObject({ error: 'login_required' })
  idp.forget()
  await open(idp.url, {})
  expect(idp.paths).toContain('/authorize')

  // A password of the holder itself is not what the client asks for.
  const local = new Visitor(bed)
  const page = await local.open(urlAt(holder, idp.url, { scope: 'patient/Patient.rs' }))
  const consent = await local.press('Sign in', page, { username: 'ben', password: 'secret' })
  expect(consent).toMatchObject({ heading: 'Allow access?' })
  const { parameters: silent } = await local.open(urlAt(holder, idp.url, none))
  expect(silent).toMatchObject({ error: 'login_required' })
  idp.forget()
  await local.open(urlAt(holder, idp.url))
  expect(idp.paths).toContain('/authorize')
})
