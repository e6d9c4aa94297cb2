import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import type { Community } from '../../fixture-community.ts'
import type { Server } from '../fixture.ts'
import { FORM_TYPE } from '../fixture.ts'
import {
  authorizationUrl,
  Browser,
  CALLBACK,
  leftBy,
  type Page,
  people,
  registerApp,
  signInThrough,
  startSignIn,
} from './fixture.ts'

const bed = new Bed()
let server: Server
let clientId: string
let community: Community
let browser: Browser

beforeAll(async () => {
  ;({ server, clientId, community } = await startSignIn(bed))
})
beforeEach(async () => {
  browser = new Browser(bed)
  await server.actor.setClock(0)
})
afterAll(() => bed.close())

const { ana, ben, cara } = people as Record<'ana' | 'ben' | 'cara', (typeof people)[string]>
const SCOPE = 'openid patient/Patient.rs patient/Observation.rs offline_access'

const urlOf = (changes: Record<string, string | undefined> = {}) =>
  authorizationUrl(server, clientId, { scope: SCOPE, ...changes })

/** What the client was told. */
const toldIn = (url: string) => {
  expect(url.startsWith(`${CALLBACK}?`)).toBe(true)
  return Object.fromEntries(new URL(url).searchParams)
}
const told = (page: Page) => toldIn(leftBy(page))

const DENIED = { error: 'access_denied', error_description: expect.any(String), state: 'a state' }
const CODE = { code: expect.stringMatching(/^[\w-]{20,}$/), state: 'a state' }

/** As far as the consent page. */
async function consentPage(who = ana, changes = {}, at = browser): Promise<Page> {
  const page = await at.open(urlOf(changes))
  return at.submit(page, { username: who.username, password: who.password })
}

describe('a person signs in and consents', () => {
  test('and the client gets a code, and its state', async () => {
    expect(toldIn(await signInThrough(browser, urlOf(), ana))).toEqual(CODE)
  })

  test('the consent page says who, what and for whom', async () => {
    const { $, answer } = await consentPage()
    expect($('main').text()).toContain('A backend')
    expect($('main').text()).toContain('Ana Example')
    const offered = $('input[type=checkbox]:not([disabled])').map((_, one) => $(one).attr('value') ?? '')
    expect(offered.get()).toEqual(['patient/Patient.rs', 'patient/Observation.rs', 'offline_access'])
    expect($('img').attr('src')).toBe('https://app.example/logo.png')
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('the name of an app is text, and its address no link', async () => {
    const evil = await community.issue(['https://app.example/evil'], 'evil')
    const client_name = '<img src=x onerror=alert(1)>"\'><script>alert(1)</script>'
    const id = await registerApp(server, evil, { client_name })
    const page = await browser.open(authorizationUrl(server, id, { scope: SCOPE }))
    expect(page.$('main strong').first().text()).toBe(client_name)
    expect(page.$('script, img[onerror]').length).toBe(0)
    const { username, password } = ana
    expect((await browser.submit(page, { username, password })).$('script, img[onerror]').length).toBe(0)
  })

  test.each([
    ['allows nothing that can be left out: openid is left', [], CODE],
    ['allows some', ['patient/Patient.rs'], CODE],
    ['allows what was not asked for: it does not count', ['user/Patient.rs', 'system/*.rs'], CODE],
  ])('who %s', async (_what, scope, answer) => {
    expect(told(await browser.submit(await consentPage(), { scope }, 'Allow'))).toEqual(answer)
  })

  test('who allows nothing at all has denied', async () => {
    const page = await consentPage(ana, { scope: 'patient/Patient.rs offline_access launch/patient' })
    expect(told(await browser.submit(page, { scope: ['offline_access'] }, 'Allow'))).toEqual(DENIED)
  })

  test('who presses Deny has denied', async () => {
    expect(told(await browser.submit(await consentPage(), {}, 'Deny'))).toEqual(DENIED)
  })

  test('who cancels the sign-in has denied', async () => {
    expect(told(await browser.submit(await browser.open(urlOf()), {}, 'Cancel'))).toEqual(DENIED)
  })
})

describe('a password', () => {
  test('that is wrong: the same page again, with the username', async () => {
    const page = await browser.open(urlOf())
    const again = await browser.submit(page, { username: 'ana"><b>', password: 'wrong' })
    expect(again.heading).toBe('Sign in')
    expect(again.alert).toBe('The username or the password is wrong.')
    expect(again.$('#username').attr('value')).toBe('ana"><b>')
    expect(again.$('#password').attr('value')).toBeUndefined()
    const { username, password } = ana
    expect((await browser.submit(again, { username, password })).heading).toBe('Allow access?')
  })

  test('with a username that is longer than any: no more of it is kept than a person reads', async () => {
    const page = await browser.open(urlOf())
    const again = await browser.submit(page, { username: 'x'.repeat(100_000), password: 'wrong' })
    expect(again.alert).toBe('The username or the password is wrong.')
    expect(again.answer.text.length).toBeLessThan(20_000)
  })

  test('of somebody else is wrong as well, and so is none', async () => {
    const page = await browser.open(urlOf())
    for (const fields of [
      { username: 'ana', password: ben.password },
      { username: 'nobody', password: '' },
      { username: undefined, password: undefined },
    ]) {
      expect((await browser.submit(page, fields)).alert).toBe('The username or the password is wrong.')
    }
  })

  test('that is wrong ten times: the client hears of it, and the right one comes too late', async () => {
    const page = await browser.open(urlOf())
    let last = page
    for (let turn = 0; turn < 10; turn++)
      last = await browser.submit(page, { username: 'ana', password: 'x' })
    expect(told(last)).toEqual(DENIED)
    const late = await browser.submit(page, { username: 'ana', password: ana.password })
    expect(late.answer.status).toBe(410)
  })

  test('login_hint is the username that is filled in', async () => {
    const { $ } = await browser.open(urlOf({ login_hint: '"><script>alert(1)</script>' }))
    expect($('#username').attr('value')).toBe('"><script>alert(1)</script>')
    expect($('script').length).toBe(0)
  })
})

describe('records', () => {
  const ways = { ...ben, patient: 'p2' }

  test('who has two chooses', async () => {
    const page = await consentPage(ben)
    expect(page.heading).toBe('Choose a record')
    const values = page.$('input[type=radio]').map((_, one) => page.$(one).attr('value') ?? '')
    expect(values.get()).toEqual(['p1', 'p2'])
    const consent = await browser.submit(page, { patient: 'p2' })
    expect(consent.$('dl').text()).toContain('Patient/p2')
    expect(told(await browser.submit(consent, {}))).toEqual(CODE)
  })

  test.each(['p3', '', '__proto__'])('another one, "%s", is not to be had', async (patient) => {
    const page = await consentPage(ben)
    const again = await browser.submit(page, { patient })
    expect({ heading: again.heading, alert: again.alert }).toEqual({
      heading: 'Choose a record',
      alert: 'Choose one of the records.',
    })
    const arm = await server.actor.arm([{ inject: 'skip/patient-choice' }])
    expect((await browser.submit(page, { patient: 'p3' })).heading).toBe('Allow access?')
    await server.actor.disarm(arm)
  })

  test('a consent to one record is none to another', async () => {
    const page = await consentPage(ben)
    const consent = await browser.submit(page, { patient: 'p1' })
    const other = await browser.submit(page, { patient: 'p2' })
    expect(other.heading).toBe('Allow access?')
    expect(consent.$('dl').text()).not.toBe(other.$('dl').text())
  })

  test('the choice of one person is none of the next who signs in', async () => {
    const page = await browser.open(urlOf())
    const choice = await browser.submit(page, { username: 'ben', password: ben.password })
    expect((await browser.submit(choice, { patient: 'p2' })).$('dl').text()).toContain('Patient/p2')
    const other = await browser.submit(page, { username: 'ana', password: ana.password })
    expect(other.heading).toBe('Allow access?')
    expect(other.$('dl').text()).toContain('Patient/p1')
  })

  test('consent cannot be given before a record is chosen', async () => {
    const page = await consentPage(ben)
    const csrf = page.$('input[name=csrf]').attr('value') ?? ''
    const form = new URLSearchParams({
      csrf,
      step: 'consent',
      scope: 'patient/Patient.rs',
      decision: 'allow',
    })
    expect((await browser.post(page.url, form)).heading).toBe('Choose a record')
    expect((await browser.submit(page, { patient: 'p2' })).heading).toBe('Allow access?')
  })

  test('who has none is told to the client', async () => {
    expect(toldIn(await signInThrough(browser, urlOf(), cara))).toEqual(DENIED)
  })

  test('no record is needed for scopes of a user', async () => {
    const url = urlOf({ scope: 'openid user/Patient.rs' })
    expect(toldIn(await signInThrough(browser, url, cara))).toEqual(CODE)
    expect(toldIn(await signInThrough(new Browser(bed), url, ways))).toEqual(CODE)
  })
})

describe('a form counts once, from the browser that was shown it', () => {
  test('a second time it gives a page with words, and no second code', async () => {
    const page = await consentPage()
    expect(told(await browser.submit(page, {}))).toEqual(CODE)
    const again = await browser.submit(page, {})
    expect(again.left).toBeUndefined()
    expect(again.answer.status).toBe(410)
    expect(again.alert).toContain('already answered')
    // And so does the page itself, which the back button loads.
    expect((await browser.open(page.url)).alert).toContain('already answered')
  })

  test('at the same moment it gives one code', async () => {
    const page = await consentPage()
    const answers = await Promise.all([1, 2, 3].map(() => browser.submit(page, {})))
    expect(answers.filter(({ left }) => left).length).toBe(1)
  })

  test('with skip/interaction-ended there is a second code', async () => {
    const page = await consentPage()
    const first = told(await browser.submit(page, {}))
    const arm = await server.actor.arm([{ inject: 'skip/interaction-ended' }])
    const second = told(await browser.submit(page, {}))
    expect(second).toEqual(CODE)
    expect(second.code).not.toBe(first.code)
    await server.actor.disarm(arm)
  })

  test('back to the sign-in page: somebody else signs in, and is asked for consent', async () => {
    const page = await browser.open(urlOf({ scope: 'openid user/Patient.rs' }))
    await browser.submit(page, { username: 'ana', password: ana.password })
    const other = await browser.submit(page, { username: 'cara', password: cara.password })
    expect(other.$('dl').text()).toContain('Cara Example')
  })

  // What is wrong, the check that must refuse it (and no other), the status.
  test.each([
    ['another browser', 'browser', 403],
    ['a csrf of its own', 'csrf', 403],
    ['no csrf', 'csrf', 403],
    ['ten minutes later', 'expiry', 410],
    ['text', 'content-type', 415],
  ])('%s: %s', async (what, check, status) => {
    const { username, password } = ana
    const page = await browser.open(urlOf())
    if (what === 'ten minutes later') await server.actor.setClock(601_000)
    const send = async () => {
      const form = new URLSearchParams({ step: 'sign-in', username, password })
      if (what !== 'no csrf') form.set('csrf', page.$('input[name=csrf]').attr('value') ?? '')
      if (what === 'a csrf of its own') form.set('csrf', 'a'.repeat(22))
      if (what === 'text') return sendText(page.url, form)
      const by = what === 'another browser' ? new Browser(bed) : browser
      return by.post(page.url, form)
    }
    const refused = await send()
    expect(refused.answer.status).toBe(status)
    expect(refused.alert).not.toBe('')
    const arm = await server.actor.arm([{ inject: `skip/interaction-${check}` }])
    expect((await send()).answer.status).not.toBe(status)
    expect((await server.actor.disarm(arm))[0]).toEqual({ fault: `skip/interaction-${check}` })
  })

  async function sendText(url: string, form: URLSearchParams) {
    const cookie = (await browser.cookies(url)).map((one) => one.split(';', 1)[0]).join('; ')
    const headers = { ...FORM_TYPE, cookie, 'content-type': 'text/plain' }
    const answer = await bed.call({ method: 'POST', url, headers, body: form.toString() })
    return { answer, alert: answer.text }
  }

  test('two tabs are two sign-ins', async () => {
    const first = await browser.open(urlOf({ state: 'one' }))
    const second = await browser.open(urlOf({ state: 'two' }))
    expect(first.url).not.toBe(second.url)
    const { username, password } = ana
    const consent = await browser.submit(first, { username, password })
    // Signed in in the first tab, so in the second one, too.
    const other = await browser.open(second.url)
    expect(other.heading).toBe('Allow access?')
    expect(told(await browser.submit(other, {})).state).toBe('two')
    expect(told(await browser.submit(consent, {})).state).toBe('one')
  })

  test('an id that never was', async () => {
    for (const id of ['unknown', '__proto__', 'a'.repeat(400), '%00']) {
      const { answer } = await browser.open(`${server.url}/interaction/${id}`)
      expect(answer.status).toBe(404)
    }
  })
})
