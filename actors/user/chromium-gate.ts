/** Every request of a page waits here: it is let out with a span of its own, or not at all. */
import { randomBytes } from 'node:crypto'
import type { CDPSession, Page } from 'playwright-core'
import type { HopId } from '../../wire/hop.ts'
import type { Context } from '../actor.ts'
import { whyNot } from './allowed.ts'
import { proxyCredentials } from './chromium-proxy.ts'
import type { Trust } from './chromium-trust.ts'

export interface Gate {
  /** Trace id of the action under way. */
  trace: string
  /** A request goes out. */
  letOut(id: HopId, url: string): void
  /** A request stays here. */
  kept(url: string, why: string): void
}

export async function guardPage(
  page: Page,
  context: Context,
  trustIn: (url: string) => Promise<Trust>,
  gate: Gate,
): Promise<CDPSession> {
  // Not by Playwright's routes, which do not see what a redirect asks for.
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId, request: { url, headers } }) => {
    const answer = async () => {
      if (!/^https?:/.test(url)) return session.send('Fetch.continueRequest', { requestId })
      // A person does not see it, Playwright does not tell of it.
      if (new URL(url).pathname === '/favicon.ico')
        return session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      const why = whyNot(context, url) ?? (await trustIn(url)).distrust
      if (why !== undefined) {
        gate.kept(url, why)
        return session.send('Fetch.failRequest', { requestId, errorReason: 'AccessDenied' })
      }
      const id = randomBytes(8).toString('hex')
      gate.letOut(id, url)
      const traced = { ...headers, traceparent: `00-${gate.trace}-${id}-01` }
      const all = Object.entries(traced).map(([name, value]) => ({ name, value }))
      return session.send('Fetch.continueRequest', { requestId, headers: all })
    }
    // A page that closes meanwhile takes its requests with it.
    answer().catch(() => {})
  })
  const credentials = proxyCredentials(context)
  const shown = new Set<string>()
  session.on('Fetch.authRequired', ({ requestId, authChallenge: { source } }) => {
    // Once for each request: a proxy that does not take them would ask for ever.
    const provided = source === 'Proxy' && !shown.has(requestId) ? credentials : undefined
    shown.add(requestId)
    const authChallengeResponse = provided
      ? { response: 'ProvideCredentials' as const, ...provided }
      : { response: 'CancelAuth' as const }
    session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse }).catch(() => {})
  })
  // What comes from its cache nobody was asked for: no hop.
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  await session.send('Fetch.enable', {
    patterns: [{ urlPattern: '*', requestStage: 'Request' }],
    handleAuthRequests: credentials !== undefined,
  })
  return session
}
