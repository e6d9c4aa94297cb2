/** How far a browser follows redirects. */
import type { Visit } from './browser.ts'

/** As Chromium. */
export const MAX_REDIRECTS = 20

/** What to say of a chain that is longer. */
export function inCircles(visits: Visit[]): string {
  // Without the query, which may be long and hold what is secret.
  const path = visits.map(({ url }) => url.split(/[?#]/, 1)[0]!)
  const circle = [...new Set(path.slice(-6))]
  return `After ${MAX_REDIRECTS} redirects there is still no page: ${[...circle, path.at(-circle.length)].join(' → ')}.`
}
