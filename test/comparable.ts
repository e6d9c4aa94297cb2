/** For tests: what two runs of the same cases with the same seed agree on, wherever and whenever they ran. */
import type { Result } from '../harness/result.ts'

/** Also inside another URL's query. */
const port = /(:|%3A)\d{4,5}(?!\d)/gi
/** As in "expired 3601 s ago". */
const duration = /\b\d+(\.\d+)? (m?s)\b/g

/** A result without times, ports and ids of hops; a hop is called by its place in its case. */
export function comparable({ summary, cases, requirements }: Result): object {
  return { summary, requirements, cases: cases.map(outline) }
}

function outline(one: Result['cases'][number]): object {
  const places = new Map(one.hops.map(({ id }, i) => [id, `hop ${i + 1}`]))
  const text = JSON.stringify(one, (key, value) => {
    if (key === 'ms') return 0
    if (typeof value !== 'string') return value
    return places.get(value) ?? value.replace(port, '$1port').replace(duration, 'n $2')
  })
  return JSON.parse(text)
}
