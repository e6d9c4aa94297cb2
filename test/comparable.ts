/** For tests: what two runs of the same cases with the same seed agree on, wherever and whenever they ran. */
import type { Result } from '../harness/result.ts'

/** What is another in each run, and what stands in its place. Keys are new, and so is what they sign. */
const varying: [RegExp, string][] = [
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'],
  // In seconds since 1970.
  [/\b1\d{9}\b/g, 'time'],
  // As in "expired 3601 s ago".
  [/\b\d+(\.\d+)? (m?s)\b/g, 'n $2'],
  // Also inside another URL's query.
  [/(:|%3A)\d{4,5}(?!\d)/gi, '$1port'],
  // Secrets, of which the middle was cut.
  [/\S{1,6}…\S{1,6}/g, 'secret'],
  [/serial\+[0-9A-F]+/g, 'serial'],
  // RFC 7638
  [/\bkid ("[\w-]{43}"|secret)/g, 'kid'],
  // How a resolver says that there is no such name.
  [/EAI_AGAIN|ENOTFOUND/g, 'no such name'],
  // Pairwise, so it depends on a URL, and that has a port.
  [/\bsub "[\w-]{22}"/g, 'sub'],
]

/** A result without times, ports, keys and ids of hops; a hop is called by its place in its step. */
export function comparable({ summary, cases, requirements }: Result): object {
  return { summary, requirements, cases: cases.map(outline) }
}

function outline(one: Result['cases'][number]): object {
  const hops = inStepOrder(one)
  const places = new Map(hops.map(({ id }, i) => [id, `hop ${i + 1}`]))
  const text = JSON.stringify({ ...one, hops }, (key, value) => {
    if (key === 'ms') return 0
    if (typeof value !== 'string') return value
    return places.get(value) ?? plain(value)
  })
  return JSON.parse(text)
}

/** Where two hops of a step overlap, or one end saw nothing of a hop, the clock decides which is listed first. */
function inStepOrder({ hops, steps }: Result['cases'][number]): Result['cases'][number]['hops'] {
  const numbers = new Map(steps.map(({ id }, i) => [id, i]))
  const keyed = hops.map((hop) => {
    const { step, from, to, method, url, status, error } = hop
    return {
      hop,
      number: numbers.get(step) ?? -1,
      key: plain([from, to, method, url, status, error].join(' ')),
    }
  })
  keyed.sort((a, b) => a.number - b.number || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return keyed.map(({ hop }) => hop)
}

const plain = (text: string): string =>
  varying.reduce((before, [found, by]) => before.replace(found, by), text)
