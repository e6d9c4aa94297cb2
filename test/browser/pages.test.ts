/** The pages as a browser has them: for eyes, for ears, for fingers and for a keyboard alone. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LOGO, question, samples } from '../../actors/authorization-server/pages/fixture.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { pageHeaders } from '../../actors/html.ts'
import { status } from '../../harness/up/fixture.ts'
import { statusPage } from '../../harness/up/status-page.ts'
import { useChromium } from './chromium.ts'

const browser = useChromium()
const bed = new Bed()
let site: string
let app: string
/** The form that was sent last. */
let sent: URLSearchParams | undefined

/** Answers a form by a redirect to another origin, and that one by one to a third, as in tiered OAuth. */
beforeAll(async () => {
  app = await bed.serve('app', (server) => server.get('/end', () => 'You are back.'))
  const holder = await bed.serve('holder', (server) =>
    server.get('/callback', (_request, reply) => reply.redirect(`${app}/end`, 303)),
  )
  site = await bed.serve('site', (server) => {
    server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    for (const { name, model, render } of samples) {
      server.get(`/${name}`, (_request, reply) => reply.headers(pageHeaders).send(render(model)))
    }
    server.get('/status', (_request, reply) => reply.headers(pageHeaders).send(statusPage(status)))
    server.post(question.action, (request, reply) => {
      sent = new URLSearchParams(String(request.body))
      return reply.redirect(`${holder}/callback`, 303)
    })
  })
})
afterAll(() => bed.close())

/** `seen` fills with what the page asks of the network and what the browser complains of. */
async function opened(name: string) {
  sent = undefined
  const context = await (await browser()).newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 390, height: 844 },
  })
  const page = await context.newPage()
  const seen: string[] = []
  await page.route(LOGO, (route) => route.fulfill({ contentType: 'image/svg+xml', body: '' }))
  page.on('request', (request) => seen.push(request.url()))
  page.on('console', (message) => seen.push(message.text()))
  page.on('pageerror', (error) => seen.push(error.message))
  await page.goto(`${site}/${name}`)
  return { page, seen, [Symbol.asyncDispose]: () => context.close() }
}

/** Rules of axe that the page breaks. */
const broken = (page: Page) =>
  page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })

test('the status page: anybody can read it, light and dark, on the narrowest telephone', async () => {
  await using opening = await opened('status')
  const { page, seen } = opening
  expect(seen).toEqual([`${site}/status`])
  await page.evaluate(axe.source)
  expect(await broken(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await broken(page)).toEqual([])
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
})

describe('every page', () => {
  test.each(samples)(
    '$name: anybody can use it, light and dark, on the narrowest telephone',
    async ({ name }) => {
      await using opening = await opened(name)
      const { page, seen } = opening
      expect(seen.filter((one) => one !== LOGO)).toEqual([`${site}/${name}`])

      await page.evaluate(axe.source)
      expect(await broken(page)).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await broken(page)).toEqual([])

      await page.setViewportSize({ width: 320, height: 640 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      const targets = await page
        .locator('button, .choice, .field input')
        .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height))
      expect(targets.filter((height) => height < 44)).toEqual([])
    },
  )
})

/** What has the focus: the id of a field, the text of a button. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    return element instanceof HTMLButtonElement ? element.textContent : element?.id
  })

async function walk(page: Page, ...keys: string[]) {
  const stops = []
  for (const key of keys) {
    await page.keyboard.press(key)
    stops.push(await focused(page))
  }
  return stops
}

/** Presses Enter, and follows where the form leads: to the third origin. */
async function enter(page: Page) {
  await page.keyboard.press('Enter')
  await page.waitForURL(`${app}/end`)
}

describe('with a keyboard alone', () => {
  test('a person signs in', async () => {
    await using opening = await opened('sign-in')
    const { page } = opening
    expect(await walk(page, 'Tab', 'Tab', 'Tab', 'Tab')).toEqual([
      'username',
      'password',
      'Sign in',
      'Cancel',
    ])
    await walk(page, 'Shift+Tab', 'Shift+Tab', 'Shift+Tab')
    await page.keyboard.type('ana')
    await walk(page, 'Tab')
    await page.keyboard.type('secret')
    await enter(page)
    expect(Object.fromEntries(sent ?? [])).toEqual({
      csrf: 'csrf-of-the-form',
      step: 'sign-in',
      username: 'ana',
      password: 'secret',
    })
  })

  test('without a password nothing is sent, but one can cancel', async () => {
    await using opening = await opened('sign-in')
    const { page } = opening
    await walk(page, 'Tab')
    await page.keyboard.type('ana')
    expect(await walk(page, 'Enter')).toEqual(['password'])
    expect(sent).toBeUndefined()
    expect(await walk(page, 'Tab', 'Tab')).toEqual(['Sign in', 'Cancel'])
    await enter(page)
    expect(sent?.get('decision')).toBe('deny')
  })

  test('a person chooses a record', async () => {
    await using opening = await opened('patient')
    const { page } = opening
    expect(await walk(page, 'Tab', 'ArrowDown', 'ArrowDown')).toEqual(['patient-0', 'patient-1', 'patient-2'])
    await enter(page)
    expect(sent?.get('patient')).toBe('p3')
  })

  test('a person allows a part; what is required goes with it', async () => {
    await using opening = await opened('consent')
    const { page } = opening
    expect(await walk(page, 'Tab', 'Space')).toEqual(['scope-1', 'scope-1'])
    expect(await walk(page, 'Tab', 'Tab', 'Tab', 'Tab')).toEqual(['scope-2', 'scope-3', 'scope-4', 'Allow'])
    await enter(page)
    expect(sent?.getAll('scope')).toEqual([
      'openid',
      'offline_access',
      'patient/Patient.r',
      'patient/Observation.rs?category=laboratory',
    ])
    expect(sent?.getAll('decision')).toEqual(['allow'])
  })

  test('a person sees where they are', async () => {
    await using opening = await opened('consent')
    const { page } = opening
    for (const [key, place] of [
      ['Tab', '.choice:has(:focus-visible)'],
      ['Shift+Tab', 'button:focus-visible'],
    ] as const) {
      if (key === 'Shift+Tab') await page.locator('button').last().focus()
      await walk(page, key)
      expect(await page.locator(place).evaluate((element) => getComputedStyle(element).outline)).toMatch(
        / 3px$/,
      )
    }
  })
})

describe('by ear, and by program', () => {
  test('fields, errors and buttons are found by their names', async () => {
    await using opening = await opened('sign-in-again')
    const { page } = opening
    const password = page.getByLabel('Password', { exact: true })
    await page.getByLabel('Username', { exact: true }).fill('ana')
    await password.fill('secret')
    expect(await page.title()).toBe('Error: Sign in – Lakeside Hospital')
    expect(await page.getByRole('alert').textContent()).toBe('The username or the password is wrong.')
    expect(await password.getAttribute('aria-describedby')).toBe(
      await page.getByRole('alert').getAttribute('id'),
    )
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(`${app}/end`)
    expect(Object.fromEntries(sent ?? [])).toEqual({
      csrf: 'csrf-of-the-form',
      step: 'sign-in',
      username: 'ana',
      password: 'secret',
    })
  })

  test('an identity provider is found by its name', async () => {
    await using opening = await opened('providers')
    const { page } = opening
    await page.getByRole('button', { name: 'CareID', exact: true }).click()
    await page.waitForURL(`${app}/end`)
    expect(Object.fromEntries(sent ?? [])).toEqual({
      csrf: 'csrf-of-the-form',
      step: 'provider',
      idp: 'https://idp.example',
    })
  })

  test('a record is found by its label, and a click anywhere on its row chooses it', async () => {
    await using opening = await opened('patient')
    const { page } = opening
    const record = page.getByRole('radio', { name: 'Tomás Oliveira', exact: true })
    await page.getByText('Born 3 September 2019').click({ force: true })
    expect(await record.isChecked()).toBe(true)
    await page.getByRole('radio', { name: 'Ana Oliveira', exact: true }).check()
    expect(await record.isChecked()).toBe(false)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${app}/end`)
    expect(sent?.get('patient')).toBe('p1')
  })
})
