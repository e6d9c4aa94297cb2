/** The proxy of a case as Chromium takes it: one for https and http both. */
import type { BrowserContextOptions } from 'playwright-core'
import type { Context } from '../actor.ts'

export function chromiumProxy({
  proxy,
  addresses,
}: Pick<Context, 'proxy' | 'addresses'>): Pick<BrowserContextOptions, 'proxy'> {
  const url = proxy?.https ?? proxy?.http
  if (!proxy || url === undefined) return {}
  const { origin: server } = new URL(url)
  const except = proxy.except.split(/[\s,]+/).filter((entry) => entry !== '')
  // Without the first one Playwright would have loopback go through the proxy, too.
  const bypass = ['localhost', ...Object.keys(addresses), ...except.flatMap(withAllBelow)].join(',')
  return { proxy: { server, bypass } }
}

/** What the proxy is shown when it asks. Not by Playwright, which would have to see each request for that. */
export function proxyCredentials({
  proxy,
}: Pick<Context, 'proxy'>): { username: string; password: string } | undefined {
  const { username, password } = new URL(proxy?.https ?? proxy?.http ?? 'http://none')
  if (username === '') return undefined
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
}

/** A name of NO_PROXY means those below it as well; Chromium takes each to the letter. */
function withAllBelow(entry: string): string[] {
  const isName = /[a-z]/i.test(entry) && !/[:/]/.test(entry)
  return isName ? [entry.replace(/^\./, ''), `*.${entry.replace(/^\./, '')}`] : [entry]
}
