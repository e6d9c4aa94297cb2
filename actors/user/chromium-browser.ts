/** The real browser, driven by Playwright: the same actions, with scripts, styles, and a picture of each page. */
import { setTimeout } from 'node:timers/promises'
import type { CDPSession, Browser as Chromium, Page as ChromiumPage, Frame } from 'playwright-core'
import type { Context } from '../actor.ts'
import { exchange } from '../exchange.ts'
import type { Runtime } from '../runtime.ts'
import { isConfined, whyNot } from './allowed.ts'
import {
  type Arrival,
  type Browser,
  blank,
  type Entry,
  type Form,
  type Page,
  type Tab,
  type Visit,
} from './browser.ts'
import { guardPage } from './chromium-gate.ts'
import { type ChromiumHops, recordHops } from './chromium-hops.ts'
import { borrowChromium } from './chromium-process.ts'
import { chromiumProxy } from './chromium-proxy.ts'
import { createTrust } from './chromium-trust.ts'
import { readDom } from './dom.ts'
import { inCircles } from './redirects.ts'

/** For a page to come, with its pictures. */
const PAGE_MS = 10_000
/** For Chromium's page about an error. */
const ERROR_PAGE_MS = 1_000
/** For a person's hand on a control. */
const HAND_MS = 3_000
const WIDTH = 1000
const HEIGHT = 800
/** A page may be endless, a picture not. */
const MAX_HEIGHT = 4000

export async function createChromiumBrowser(runtime: Runtime, executable: string): Promise<Browser> {
  const { browser, giveBack } = await borrowChromium(executable, isConfined(runtime.context))
  const context = await newContext(browser, runtime.context).catch(async (error: unknown) => {
    await giveBack()
    throw error
  })
  context.setDefaultTimeout(HAND_MS)
  context.setDefaultNavigationTimeout(PAGE_MS)
  const trustIn = createTrust(runtime.context)
  const hops = recordHops(runtime, context, trustIn)
  return {
    tab: async () => {
      const page = await context.newPage()
      const session = await guardPage(page, runtime.context, trustIn, hops)
      // What would open beside it would not go through the gate.
      page.on('popup', (other) => void other.close().catch(() => {}))
      return createTab(page, session, runtime, hops)
    },
    close: async () => {
      await context.close().catch(() => {})
      hops.end()
      await giveBack()
    },
  }
}

const newContext = (browser: Chromium, context: Context) =>
  browser.newContext({
    ...chromiumProxy(context),
    acceptDownloads: false,
    serviceWorkers: 'block',
    locale: 'en',
    viewport: { width: WIDTH, height: HEIGHT },
  })

function createTab(page: ChromiumPage, session: CDPSession, runtime: Runtime, hops: ChromiumHops): Tab {
  async function arrive(go: () => Promise<unknown>): Promise<Arrival> {
    const during = exchange.getStore()
    hops.trace = during?.trace ?? hops.trace
    // A tab behind another one is slow.
    await page.bringToFront()
    const errorPage = Promise.withResolvers<void>()
    const hear = (frame: Frame) => frame.url().startsWith('chrome-error:') && errorPage.resolve()
    page.on('framenavigated', hear)
    const problem = await withSignal(go(), during?.signal).then(
      () => undefined,
      (error: Error) => error.message.split('\n', 1)[0]!,
    )
    if (problem !== undefined) await session.send('Page.stopLoading').catch(() => {})
    // Chromium's own page still comes then, and would disturb the next one.
    if (/net::ERR_(?!ABORTED)/.test(problem ?? ''))
      await Promise.race([errorPage.promise, setTimeout(ERROR_PAGE_MS)])
    page.off('framenavigated', hear)
    const visits = await hops.visits(page)
    const last = visits.at(-1)
    const isLost = problem !== undefined && (last?.status === undefined || last.location !== undefined)
    if (isLost) {
      const failure = last?.failure?.startsWith('net::') === false ? last.failure : whyLost(problem, visits)
      if (last) last.failure = failure
      else visits.push({ url: page.url(), failure })
    }
    return {
      visits,
      page: isLost ? { ...blank, url: last?.url ?? page.url() } : await read(page, during?.signal),
    }
  }
  return {
    open: (url) =>
      whyNot(runtime.context, url) === undefined
        ? arrive(() => page.goto(url, { waitUntil: 'load' }))
        : Promise.resolve({
            visits: [{ url, failure: whyNot(runtime.context, url)! }],
            page: { ...blank, url },
          }),
    submit: (form, entries, button) =>
      arrive(async () => {
        for (const entry of entries) await set(page, form, entry)
        const pressed = await handleOf(page, form, button.index)
        await Promise.all([landing(page), pressed.click({ noWaitAfter: true })])
      }),
    back: async () => {
      const arrival = await arrive(() => page.goBack({ waitUntil: 'load' }))
      if (page.url() !== blank.url) return arrival
      await page.goForward()
      await hops.visits(page)
      return undefined
    },
    picture: async () => {
      const height = await page.evaluate(() => document.documentElement.scrollHeight)
      const clip = { x: 0, y: 0, width: WIDTH, height: Math.min(Math.max(height, HEIGHT), MAX_HEIGHT) }
      return page.screenshot({ fullPage: true, clip, animations: 'disabled' })
    },
  }
}

/** What Playwright and Chromium say, in words. */
function whyLost(problem: string, visits: Visit[]): string {
  if (/TOO_MANY_REDIRECTS/.test(problem)) return inCircles(visits)
  if (/timeout|in time/i.test(problem)) return 'The page did not come in time.'
  const code = /net::(ERR_\w+)/.exec(problem)?.[1]
  return code ? `The page did not come: ${code}.` : problem
}

/** The page that comes of pressing a button; what the browser refuses to send comes to nothing at once. */
async function landing(page: ChromiumPage): Promise<void> {
  const refused = Promise.withResolvers<never>()
  const hear = (message: { text(): string }) => {
    if (/form-action/.test(message.text())) refused.reject(new Error(message.text()))
  }
  page.on('console', hear)
  try {
    await Promise.race([page.waitForNavigation({ waitUntil: 'load' }), refused.promise])
  } finally {
    page.off('console', hear)
  }
}

async function set(page: ChromiumPage, form: Form, { control, value }: Entry): Promise<void> {
  const element = await handleOf(page, form, control.index)
  if (typeof value === 'string') await element.fill(value)
  else await element.setChecked(value)
}

async function handleOf(page: ChromiumPage, form: Form, element: number) {
  const handle = await page.evaluateHandle(
    ([f, e]) => document.forms[f!]?.elements[e!],
    [form.index, element],
  )
  const found = handle.asElement()
  if (!found) throw new Error('The form has changed since it was read.')
  return found
}

/** A page that is busy with its scripts never says what it shows. */
const read = (page: ChromiumPage, signal: AbortSignal | undefined): Promise<Page> =>
  withSignal(page.evaluate(readDom), signal).catch(() => ({ ...blank, url: page.url() }))

function withSignal<T>(going: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return going
  going.catch(() => {})
  const { promise, reject } = Promise.withResolvers<never>()
  const late = () => reject(new Error('The page did not come in time.'))
  if (signal.aborted) late()
  signal.addEventListener('abort', late, { once: true })
  return Promise.race([going, promise]).finally(() => signal.removeEventListener('abort', late))
}
