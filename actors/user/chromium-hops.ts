/** Records what Chromium asks for: the client's half of each hop, and what its tabs came by. */
import type { BrowserContext, Page, Request, Response } from 'playwright-core'
import type { HopError, HopId } from '../../wire/hop.ts'
import { BodyTap } from '../record.ts'
import type { Runtime } from '../runtime.ts'
import type { Visit } from './browser.ts'
import type { Gate } from './chromium-gate.ts'
import type { Trust } from './chromium-trust.ts'

interface Open {
  url: string
  startedAt: Date
  began: number
  done: ReturnType<Runtime['open']>
}

export interface ChromiumHops extends Gate {
  /** What a tab asked for to show it, since the last time; when nothing is under way any more. */
  visits(page: Page): Promise<Visit[]>
  /** Ends what has no answer yet. */
  end(): void
}

/** So long may a page go on asking, when it is shown already. */
const REST_MS = 1_000
/** So long may Chromium take to tell of its answers; of a page that is busy with its scripts it never does. */
const TOLD_MS = 4_000

export function recordHops(
  runtime: Runtime,
  context: BrowserContext,
  trustIn: (url: string) => Promise<Trust>,
): ChromiumHops {
  const open = new Map<HopId, Open>()
  const kept = new Map<string, string>()
  const visits = new Map<Page, { request: Request; visit: Visit }[]>()
  const pending = new Set<Promise<void>>()
  const waiting: (() => void)[] = []
  const all = () => [...visits.values()].flat()

  context.on('request', (request) => {
    const page = pageOf(request)
    if (!page) return
    const list = visits.get(page) ?? []
    visits.set(page, [...list, { request, visit: { url: request.url() } }])
  })
  const ended = (request: Request) => {
    // A page that closes meanwhile takes its answers with it: end() says so.
    const recording = record(request)
      .catch(() => {})
      .finally(() => {
        pending.delete(recording)
        rested()
      })
    pending.add(recording)
  }
  const rested = () => {
    if (open.size === 0 && pending.size === 0) for (const resolve of waiting.splice(0)) resolve()
  }
  context.on('requestfinished', ended)
  context.on('requestfailed', ended)

  async function record(request: Request): Promise<void> {
    const url = request.url()
    const [headers, response] = await Promise.all([
      request.allHeaders().catch(() => request.headers()),
      request.response().catch(() => null),
    ])
    const visit = all().find((one) => one.request === request)?.visit
    const failed = request.failure()?.errorText
    const answer = response && (await answerOf(response))
    const location = answer && locationOf(answer, url)
    if (visit) {
      const failure = failed && !answer ? (kept.get(url) ?? failed) : undefined
      Object.assign(
        visit,
        answer && { status: answer.status },
        location && { location },
        failure && { failure },
      )
    }
    const span = /^00-[0-9a-f]{32}-([0-9a-f]{16})-/.exec(headers.traceparent ?? '')?.[1]
    const id = span ?? [...open].find(([, one]) => one.url === url)?.[0]
    const here = id === undefined ? undefined : open.get(id)
    // It never went out.
    if (id === undefined || !here) return
    open.delete(id)
    if (visit) visit.hop = id
    const sent = new BodyTap()
    const posted = request.postDataBuffer()
    if (posted) sent.add(posted)
    const received = new BodyTap()
    if (answer) received.add(answer.body)
    const tls = await trustIn(url)
    here.done({
      id,
      side: 'client',
      request: { method: request.method(), url, headers: plain(headers, url), ...sent.body() },
      ...(answer ? { response: { status: answer.status, headers: answer.headers, ...received.body() } } : {}),
      ...(failed ? { error: errorOf(failed, answer !== null) } : {}),
      ...(tls.peer === '' ? {} : { tls: { version: tls.version, peer: tls.peer } }),
      bytes: { out: sent.bytes, in: received.bytes },
      startedAt: here.startedAt.toISOString(),
      ms: msSince(here.began),
    })
  }

  /** Ends what has no answer yet. */
  function end(): void {
    for (const [id, { url, startedAt, began, done }] of open) {
      const visit = all().find((one) => one.visit.url === url && one.visit.hop === undefined)?.visit
      if (visit) visit.hop = id
      done({
        id,
        side: 'client',
        request: { method: 'GET', url, headers: {}, body: '' },
        error: { code: 'ABORTED', phase: 'aborted' },
        bytes: { out: 0, in: 0 },
        startedAt: startedAt.toISOString(),
        ms: msSince(began),
      })
    }
    open.clear()
    rested()
  }

  return {
    trace: '',
    letOut: (id, url) =>
      void open.set(id, { url, startedAt: new Date(), began: performance.now(), done: runtime.open() }),
    kept: (url, why) => void kept.set(url, why),
    visits: async (page) => {
      const late = setTimeout(end, REST_MS)
      const { promise, resolve } = Promise.withResolvers<void>()
      const untold = setTimeout(resolve, TOLD_MS)
      waiting.push(resolve)
      rested()
      await promise
      clearTimeout(late)
      clearTimeout(untold)
      const taken = visits.get(page) ?? []
      visits.delete(page)
      return taken.map(({ visit }) => visit)
    },
    end,
  }
}

/** The page that a request is to be shown in; undefined for its pictures and the like. */
function pageOf(request: Request): Page | undefined {
  try {
    const frame = request.frame()
    return request.isNavigationRequest() && !frame.parentFrame() ? frame.page() : undefined
  } catch {
    return undefined
  }
}

async function answerOf(response: Response) {
  const [lines, body] = await Promise.all([
    response.headersArray().catch(() => []),
    // There is none to be had of a redirect.
    response.body().catch(() => Buffer.alloc(0)),
  ])
  const headers: Record<string, string> = {}
  for (const { name, value } of lines) {
    const key = name.toLowerCase()
    const before = headers[key]
    headers[key] = before === undefined ? value : `${before}${key === 'set-cookie' ? '\n' : ', '}${value}`
  }
  return { status: response.status(), headers, body }
}

function locationOf({ status, headers }: { status: number; headers: Record<string, string> }, url: string) {
  if (status < 300 || status > 399 || headers.location === undefined) return undefined
  return URL.parse(headers.location, url)?.href
}

/** Without the pseudo-headers of HTTP/2. */
const plain = (headers: Record<string, string>, url: string) => ({
  host: new URL(url).host,
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':'))),
})

const phases: [RegExp, HopError['phase']][] = [
  [/NAME_NOT_RESOLVED/, 'dns'],
  [/CERT|SSL/, 'tls'],
  [/CONNECTION_(REFUSED|FAILED|TIMED_OUT)|ADDRESS/, 'connect'],
  [/ABORTED/, 'aborted'],
]

function errorOf(failed: string, answered: boolean): HopError {
  const phase = phases.find(([code]) => code.test(failed))?.[1] ?? (answered ? 'body' : 'headers')
  return { code: failed.replace(/^net::/, ''), phase }
}

const msSince = (began: number) => Math.round((performance.now() - began) * 100) / 100
