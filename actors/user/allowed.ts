/** Where the browser of a case may go. */
import type { Context } from '../actor.ts'

/**
 * Loopback and the actors of the case, so that no redirect and no picture makes stray traffic. Beside an actor that
 * somebody else runs anything is allowed: its pages may be on several hosts.
 */
export function isConfined({ peers }: Pick<Context, 'peers'>): boolean {
  return Object.values(peers).every(({ url }) => isLocal(url))
}

/** Undefined when the browser may go there. */
export function whyNot(context: Pick<Context, 'peers'>, url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return `"${url}" is not an http or https URL.`
  if (isLocal(url) || !isConfined(context)) return undefined
  return `${new URL(url).host} is nobody of this case, so the browser does not go there.`
}

function isLocal(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return /(^|\.)localhost$/.test(host) || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '[::1]'
}
