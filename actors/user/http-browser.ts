/** A browser without a screen: one request for what a person opens, no scripts, no pictures. */
import { CookieJar } from 'tough-cookie'
import { CallFailed, type CallResponse } from '../call.ts'
import type { Runtime } from '../runtime.ts'
import { whyNot } from './allowed.ts'
import { type Arrival, type Browser, blank, type Tab, type Visit } from './browser.ts'
import { type Submission, submission } from './form-data.ts'
import { type HtmlPage, readHtml } from './html.ts'
import { inCircles, MAX_REDIRECTS } from './redirects.ts'
import { cameFrom, type From } from './referrer.ts'

const MAX_BYTES = 2 * 1024 * 1024
const ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** What a tab shows, or could show again. */
interface Shown {
  page: HtmlPage
  policy: string
  /** It must be asked for again: it came by GET and may not be kept. */
  again: boolean
}

const nothing: Shown = { page: { ...blank, actions: [] }, policy: '', again: false }

export function createHttpBrowser(runtime: Runtime): Browser {
  const jar = new CookieJar()
  return {
    tab: async () => createTab((request, from) => navigate(runtime, jar, request, from)),
    close: async () => {},
  }
}

type Navigate = (request: Submission, from: From | undefined) => Promise<{ visits: Visit[]; shown: Shown }>

function createTab(navigate: Navigate): Tab {
  const history: Shown[] = []
  let at = -1
  const current = () => history[at] ?? nothing
  async function go(request: Submission, from: From | undefined): Promise<Arrival> {
    const { visits, shown } = await navigate(request, from)
    // Who comes to the page where they are already finds it once in the history (HTML, navigate).
    if (shown.page.url !== current().page.url) at++
    history.splice(Math.max(at, 0), Number.POSITIVE_INFINITY, shown)
    return { visits, page: shown.page }
  }
  return {
    open: (url) => go({ method: 'GET', url }, undefined),
    submit: (form, entries, button) => {
      const { page, policy } = current()
      const request = submission(page.actions[form.index]!, entries, button)
      return go(request, { url: page.url, policy })
    },
    back: async () => {
      if (at < 1) return undefined
      at--
      const { page, again } = current()
      if (!again) return { visits: [], page }
      const { visits, shown } = await navigate({ method: 'GET', url: page.url }, undefined)
      history[at] = shown
      return { visits, page: shown.page }
    },
    picture: async () => undefined,
  }
}

async function navigate(runtime: Runtime, jar: CookieJar, first: Submission, cameBy: From | undefined) {
  const visits: Visit[] = []
  let request = first
  let from = cameBy
  let tainted = false
  for (;;) {
    const { visit, response } = await ask(runtime, jar, request, from, tainted)
    visits.push(visit)
    if (!response || visit.location === undefined) {
      const shown = response && visit.failure === undefined ? shownBy(response, request) : failed(request.url)
      if (!shown) visit.failure = 'The page is too large to be read.'
      return { visits, shown: shown ?? failed(request.url) }
    }
    if (visits.length > MAX_REDIRECTS) {
      visit.failure = inCircles(visits)
      return { visits, shown: failed(request.url) }
    }
    const policy = response.headers['referrer-policy']
    if (from && policy) from = { ...from, policy }
    const [here, there] = [originOf(request.url), originOf(visit.location)]
    tainted ||= from !== undefined && here !== there && originOf(from.url) !== here
    request = next(request, response.status, visit.location)
  }
}

async function ask(
  runtime: Runtime,
  jar: CookieJar,
  request: Submission,
  from: From | undefined,
  tainted: boolean,
) {
  const { method, body } = request
  const refused = whyNot(runtime.context, request.url)
  if (refused) return { visit: { url: request.url, failure: refused } }
  const url = request.url.split('#', 1)[0]!
  const cookie = await jar.getCookieString(url)
  const headers = {
    accept: ACCEPT,
    'accept-language': 'en',
    ...(from && cameFrom(from, url, method, tainted)),
    ...(cookie === '' ? {} : { cookie }),
    ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  try {
    const response = await runtime.call({
      url,
      method,
      headers,
      maxBytes: MAX_BYTES,
      ...(body === undefined ? {} : { body }),
    })
    for (const line of response.headers['set-cookie']?.split('\n') ?? []) {
      await jar.setCookie(line, url, { ignoreError: true })
    }
    return { visit: visitOf(response, request), response }
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error
    return { visit: { hop: error.hop, url: request.url, failure: error.message } }
  }
}

const redirects = [301, 302, 303, 307, 308]

function visitOf({ id, status, headers }: CallResponse, { url }: Submission): Visit {
  const visit: Visit = { hop: id, url, status }
  if (!redirects.includes(status) || headers.location === undefined) return visit
  const location = URL.parse(headers.location, url)
  if (!location) return { ...visit, failure: `It redirects to "${headers.location}", which is no URL.` }
  // RFC 9110 10.2.2: a fragment goes on where the new URL has none of its own.
  if (location.hash === '') location.hash = new URL(url).hash
  return { ...visit, location: location.href }
}

/** RFC 9110 15.4: what is asked for then, and how. */
function next({ method, body }: Submission, status: number, url: string): Submission {
  if (method === 'POST' && body !== undefined && (status === 307 || status === 308))
    return { method, url, body }
  return { method: 'GET', url }
}

/** Undefined when it is too large. */
function shownBy({ headers, text }: CallResponse, { method, url }: Submission): Shown | undefined {
  const isHtml = /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i.test(headers['content-type'] ?? '')
  const page = isHtml ? readHtml(text, url) : { ...blank, url, actions: [] }
  const again = method === 'GET' && /\bno-store\b/i.test(headers['cache-control'] ?? '')
  return page && { page, policy: headers['referrer-policy'] ?? '', again }
}

const failed = (url: string): Shown => ({ ...nothing, page: { ...nothing.page, url } })

const originOf = (url: string) => new URL(url).origin
