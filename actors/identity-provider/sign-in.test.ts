import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import type { Credential } from '../actor.ts'
import { Browser, CALLBACK, leftBy, signInThrough } from '../authorization-server/authorization/fixture.ts'
import { CLIENT_URI, type Server } from '../authorization-server/fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { startCommunity } from '../fixture-community.ts'
import {
  authorizationUrl,
  CREDENTIALS,
  redeem,
  registerClient,
  startIdentityProvider,
  walk,
} from './fixture.ts'

const bed = new Bed()
let idp: Server
let client: { id: string; credential: Credential }
let browser: Browser

beforeAll(async () => {
  const community = await startCommunity(bed)
  const credential = await community.issue([CLIENT_URI])
  idp = await startIdentityProvider(bed, [community])
  client = { credential, id: await registerClient(idp, credential) }
})
beforeEach(async () => {
  browser = new Browser(bed)
  await idp.actor.setClock(0)
})
afterAll(() => bed.close())

const url = (parameters: Record<string, string | undefined> = {}) =>
  authorizationUrl(idp, client.id, parameters)

/** Parameters of the authorization response. */
const told = (back: string) => Object.fromEntries(new URL(back).searchParams)

const tokensOf = async (back: string) => (await redeem(idp, client, back)).json() as JsonObject

const claimsOf = async (back: string) => decodeJwt(String((await tokensOf(back)).id_token))!.claims

test('a person signs in, and the client learns how sure one can be of them (UDAP Tiered OAuth 4.3)', async () => {
  const back = await walk(browser, url())
  expect(back.startsWith(`${CALLBACK}?`)).toBe(true)
  expect(told(back)).toEqual({ code: expect.any(String), state: 'a state' })
  const tokens = await tokensOf(back)
  expect(tokens).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 300,
    scope: 'openid udap',
    id_token: expect.any(String),
  })
  const { claims } = decodeJwt(String(tokens.id_token))!
  expect(claims).toMatchObject({
    iss: idp.url,
    aud: client.id,
    nonce: 'a nonce',
    acr: 'http://udap.org/ial2',
    amr: ['http://udap.org/aal3'],
  })
  expect(claims.email).toBeUndefined()
})

test('a nonce is echoed, and none is needed (UDAP Tiered OAuth 3.4)', async () => {
  const claims = await claimsOf(await walk(browser, url({ nonce: undefined })))
  expect(claims.nonce).toBeUndefined()
  expect(claims.sub).toEqual(expect.any(String))
})

test('no scope makes a refresh token of it (UDAP Tiered OAuth 4.3)', async () => {
  const inner = bed.inner()
  const community = await startCommunity(inner, 'offline')
  const credential = await community.issue([CLIENT_URI])
  const scope = 'openid udap offline_access'
  const generous = await startIdentityProvider(inner, [community], { with: { scopes: scope.split(' ') } })
  const by = { credential, id: await registerClient(generous, credential, { scope }) }
  const there = new Browser(inner)
  const answer = await redeem(generous, by, await walk(there, authorizationUrl(generous, by.id, { scope })))
  expect(answer.json()).toMatchObject({ scope })
  expect(answer.json()).not.toHaveProperty('refresh_token')
  await inner.close()
})

test('a refusal by the person is access_denied, wherever they refuse (UDAP Tiered OAuth 4.5.2)', async () => {
  const denied = { error: 'access_denied', error_description: expect.any(String), state: 'a state' }
  expect(told(await walk(browser, url(), 'Deny'))).toEqual(denied)
  const atOnce = new Browser(bed)
  expect(told(leftBy(await atOnce.submit(await atOnce.open(url()), {}, 'Cancel')))).toEqual(denied)
})

test('without openid and udap it does not go on (UDAP Tiered OAuth 3.4)', async () => {
  for (const scope of ['openid', 'udap', 'openid profile']) {
    expect(told(await browser.leave(url({ scope })))).toMatchObject({
      error: 'invalid_scope',
      state: 'a state',
    })
  }
})

test('the username that the client knows is filled in (login_hint)', async () => {
  const page = await browser.open(url({ login_hint: 'ana' }))
  expect(page.$('input[name=username]').attr('value')).toBe('ana')
})

test('an acr that a person does not have keeps nobody out: acr_values are a wish', async () => {
  const claims = await claimsOf(await walk(browser, url({ acr_values: 'http://udap.org/ial3' })))
  expect(claims.acr).toBe('http://udap.org/ial2')
})

describe('who is signed in already', () => {
  beforeEach(async () => {
    await walk(browser, url())
  })

  test('goes on without a password, at the time when they gave it', async () => {
    const page = await browser.open(url())
    expect(page.heading).toBe('Allow access?')
  })

  test('is not asked at all with prompt=none', async () => {
    const claims = await claimsOf(await browser.leave(url({ prompt: 'none' })))
    expect(claims.sub).toEqual(expect.any(String))
  })

  test.each(['login', 'select_account'])('gives the password again with prompt=%s', async (prompt) => {
    expect((await browser.open(url({ prompt }))).heading).toBe('Sign in')
  })

  test('is asked for consent again with prompt=consent', async () => {
    const page = await browser.open(url({ prompt: 'consent' }))
    expect(page.heading).toBe('Allow access?')
    expect(told(leftBy(await browser.submit(page, {}, 'Allow')))).toHaveProperty('code')
  })

  test('gives the password again when max_age is over, and auth_time says when', async () => {
    await idp.actor.setClock(61_000)
    expect((await browser.open(url({ max_age: '120' }))).heading).toBe('Allow access?')
    const page = await browser.open(url({ max_age: '60' }))
    expect(page.heading).toBe('Sign in')
    const consent = await browser.submit(page, CREDENTIALS)
    const { auth_time, iat } = await claimsOf(leftBy(await browser.submit(consent, {}, 'Allow')))
    expect(Number(iat) - Number(auth_time)).toBeLessThan(10)
  })
})

test('with prompt=none nobody is shown a page (OpenID Connect Core 3.1.2.6)', async () => {
  expect(told(await browser.leave(url({ prompt: 'none' })))).toMatchObject({
    error: 'login_required',
    state: 'a state',
  })
  await walk(browser, url())
  expect(told(await browser.leave(url({ prompt: 'none', scope: 'openid udap email' })))).toMatchObject({
    error: 'consent_required',
  })
  expect(told(await browser.leave(url({ prompt: 'none', max_age: '0' })))).toMatchObject({
    error: 'login_required',
  })
})

describe('an ID token of before says who is meant (id_token_hint)', () => {
  let hint: string

  beforeEach(async () => {
    hint = String((await tokensOf(await walk(browser, url()))).id_token)
  })

  test('they go on', async () => {
    const claims = await claimsOf(await browser.leave(url({ prompt: 'none', id_token_hint: hint })))
    expect(claims.sub).toBe(decodeJwt(hint)!.claims.sub)
  })

  test('somebody else does not, neither silently nor by signing in', async () => {
    const other = new Browser(bed)
    const asBen = { ...CREDENTIALS, username: 'ben' }
    await signInThrough(other, url(), asBen)
    const silently = await other.leave(url({ prompt: 'none', id_token_hint: hint }))
    expect(told(silently)).toMatchObject({ error: 'login_required', state: 'a state' })
    const page = await other.open(url({ id_token_hint: hint }))
    expect(page.heading).toBe('Sign in')
    const back = leftBy(await other.submit(page, asBen))
    expect(told(back)).toMatchObject({ error: 'login_required', state: 'a state' })
  })

  test('what is no ID token of this server is refused', async () => {
    const back = await browser.leave(url({ id_token_hint: `${hint.slice(0, -4)}AAAA` }))
    expect(told(back)).toMatchObject({ error: 'invalid_request' })
  })
})

test('another browser is another person', async () => {
  await walk(browser, url())
  const other = new Browser(bed)
  expect(told(await other.leave(url({ prompt: 'none' })))).toMatchObject({ error: 'login_required' })
})
