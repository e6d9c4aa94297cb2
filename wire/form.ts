/** Reads `application/x-www-form-urlencoded` and query strings. */
import type { JsonObject } from './json.ts'

const maxPairs = 1000

/** Names to values; a name that comes several times has the list of its values. At most 1,000 pairs are read. */
export function decodeForm(text: string): JsonObject {
  const form = new Map<string, string | string[]>()
  let pairs = 0
  for (const [name, value] of new URLSearchParams(text)) {
    if (++pairs > maxPairs) break
    const before = form.get(name)
    if (before === undefined) form.set(name, value)
    else if (typeof before === 'string') form.set(name, [before, value])
    else before.push(value)
  }
  return Object.fromEntries(form)
}
