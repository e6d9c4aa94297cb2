/** What the actors record, as hops: one line each, for people and for machines, without anything secret in it. */

import type { Observed } from '../../wire/hop.ts'
import { isObject } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'
import { redactText } from '../../wire/redact.ts'
import { type Hop, hopsOf } from '../judge/hops.ts'
import { pairHalves } from '../trace/pair.ts'
import type { StageActor } from '../trace/trace.ts'

export interface HopLine {
  /** ISO 8601, real time: when it began. */
  time: string
  /** Actor names; absent when that end is nobody of the testbed. */
  from?: string
  to?: string
  class: string
  method: string
  /** With its query. */
  path: string
  status?: number
  /** Why there is no status, or what an error says. */
  note?: string
  ms: number
}

/** A path may be as long as a request allows. */
const MAX_TEXT = 500

/** Joins the two ends of a hop, which are recorded one after the other; an end that does not come is not waited for. */
export class HopLines {
  readonly #actors: Record<string, StageActor>
  /** Halves whose other end may still come: until the next round. */
  #waiting: Observed[] = []

  constructor(actors: Record<string, StageActor>) {
    this.#actors = actors
  }

  /** @param halves what was recorded since the last round */
  round(halves: Observed[]): HopLine[] {
    const waited = new Set(this.#waiting.map(idOf))
    const all = [...this.#waiting, ...halves]
    if (all.length === 0) return []
    const actors = Object.fromEntries(
      Object.entries(this.#actors).map(([name, { url }]) => [name, { origin: url }]),
    )
    const hops = hopsOf(pairHalves(all, { case: 'up', step: 'up', actors }), this.#actors)
    const later = hops.filter((hop) => misses(hop) && !sides(hop).some((half) => waited.has(idOf(half))))
    const open = new Set(later.flatMap(sides).map(idOf))
    this.#waiting = all.filter((half) => open.has(idOf(half)))
    return hops.filter((hop) => !later.includes(hop)).map(lineOf)
  }
}

const sides = ({ client, server }: Hop) => [client, server].filter((half) => half !== undefined)

const idOf = ({ actor, seq }: Pick<Observed, 'actor' | 'seq'>) => `${actor}/${seq}`

/** One of ours is at the other end, and has not said so yet. */
const misses = ({ client, server, to }: Hop): boolean =>
  client ? !server && to !== undefined : server?.traced !== undefined

function lineOf(hop: Hop): HopLine {
  const { from, to, request, response, error, ms } = hop
  const url = URL.parse(request?.url ?? '')
  const note = error ? `${error.code} (${error.phase})` : noteOf(response?.body)
  return {
    time: (hop.client ?? hop.server!).startedAt,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    class: hop.class,
    method: request?.method ?? '',
    path: short(url ? url.pathname + url.search : ''),
    ...(response && { status: response.status }),
    ...(note !== undefined && { note: short(note) }),
    ms,
  }
}

/** Of an OAuth error its code and words, of a FHIR one its first issue. */
function noteOf(body = ''): string | undefined {
  const answer = body.startsWith('{') ? parseJson(body) : undefined
  if (!isObject(answer)) return undefined
  const { error, error_description: words, issue } = answer
  if (typeof error === 'string') return typeof words === 'string' ? `${error}: ${words}` : error
  const [first] = Array.isArray(issue) ? issue : []
  if (!isObject(first)) return undefined
  return [first.code, first.diagnostics].filter((one) => typeof one === 'string').join(': ') || undefined
}

const short = (text: string): string => {
  const safe = redactText(text)
  return safe.length > MAX_TEXT ? `${safe.slice(0, MAX_TEXT - 1)}…` : safe
}
