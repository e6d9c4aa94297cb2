/** Joins the halves that the two ends of an exchange recorded: one hop, one id, on both. */
import { decodeMessage } from '../../wire/decode.ts'
import type { HopId, Observed } from '../../wire/hop.ts'
import type { HalfHop } from './trace.ts'

export interface Setting {
  case: string
  step: string
  /** Actor name to the origin, or the base URL, that it is reached at. */
  actors: Record<string, { origin: string }>
}

/**
 * Halves match by `traceparent` span and method and URL, else by order among equal method and URL: a browser
 * sends one span for all its requests. The client's id wins; a half without partner keeps its own. Ordered by
 * start, a cause before what it caused, then by sequence number.
 */
export function pairHalves(halves: Observed[], { case: id, step, actors }: Setting): HalfHop[] {
  const ordered = [...halves].sort(byStart)
  const pairs = findPairs(ordered, actors)
  const renamed = new Map<HopId, HopId>()
  for (const [half, { partner }] of pairs) if (half.side === 'server') renamed.set(half.id, partner.id)

  const joined = ordered.map((half) => {
    const pair = pairs.get(half)
    const decoded = decode(half)
    const within = half.within && (renamed.get(half.within) ?? half.within)
    return {
      ...half,
      id: half.side === 'server' ? (pair?.partner.id ?? half.id) : half.id,
      ...(within && { within }),
      case: id,
      step,
      ...ends(half, pair?.partner, actors),
      ...(pair && { paired: pair.by }),
      ...(decoded && { decoded }),
    }
  })
  const depth = depths(joined)
  return joined.sort((a, b) => compare(a.startedAt, b.startedAt) || depth(a) - depth(b) || byStart(a, b))
}

/** How many requests were being handled when a hop was made: starts are told to the millisecond only. */
function depths(halves: HalfHop[]): (half: HalfHop) => number {
  const causes = new Map(halves.flatMap(({ id, within }) => (within ? [[id, within] as const] : [])))
  return ({ id }) => {
    const above = new Set<HopId>()
    for (let at = causes.get(id); at !== undefined && !above.has(at); at = causes.get(at)) above.add(at)
    return above.size
  }
}

type Pairs = Map<Observed, { partner: Observed; by: 'span' | 'order' }>

function findPairs(ordered: Observed[], actors: Setting['actors']): Pairs {
  const pairs: Pairs = new Map()
  const clients = ordered.filter((half) => half.side === 'client')
  const servers = ordered.filter((half) => half.side === 'server')
  const join = (by: 'span' | 'order', fits: (client: Observed, server: Observed) => boolean) => {
    for (const server of servers) {
      if (pairs.has(server)) continue
      const client = clients.find(
        (half) =>
          !pairs.has(half) &&
          fits(half, server) &&
          sameRequest(half, server) &&
          reaches(half, server, actors),
      )
      if (!client) continue
      pairs.set(server, { partner: client, by })
      pairs.set(client, { partner: server, by })
    }
  }
  join('span', (client, server) => server.traced === client.id)
  join('order', () => true)
  return pairs
}

function sameRequest({ request: a }: Observed, { request: b }: Observed): boolean {
  return a !== undefined && b !== undefined && a.method === b.method && normal(a.url) === normal(b.url)
}

/** A request for another actor's origin cannot have arrived here, whatever `Host` said. */
function reaches(client: Observed, server: Observed, actors: Setting['actors']): boolean {
  const own = actors[server.actor]?.origin
  return own === undefined || client.request === undefined || originOf(client.request.url) === originOf(own)
}

function ends(half: Observed, partner: Observed | undefined, actors: Setting['actors']) {
  const [client, server] = half.side === 'client' ? [half, partner] : [partner, half]
  const to = server?.actor ?? actorAt(half.request?.url, actors)
  return { ...(client && { from: client.actor }), ...(to && { to }) }
}

function actorAt(url: string | undefined, actors: Setting['actors']): string | undefined {
  const origin = url && originOf(url)
  if (!origin) return undefined
  const there = Object.keys(actors).filter((name) => originOf(actors[name]!.origin) === origin)
  if (there.length < 2) return there[0]
  // Several share it, as the servers of one vendor do: the one whose base URL says most of this one.
  const depth = (name: string) => depthOf(url, actors[name]!.origin)
  const deepest = Math.max(...there.map(depth))
  const [one, ...others] = there.filter((name) => depth(name) === deepest)
  return deepest < 0 || others.length > 0 ? undefined : one
}

/** So much of the path is the base URL's; -1 where it is not below that. */
function depthOf(url: string, base: string): number {
  const [path, own] = [url, base].map((one) => `${new URL(one).pathname.replace(/\/$/, '')}/`) as [
    string,
    string,
  ]
  return path.startsWith(own) ? own.length : -1
}

function decode({ request, response }: Observed): HalfHop['decoded'] {
  const asked = request && decodeMessage(request)
  const answered = response && decodeMessage(response)
  if (!asked && !answered) return undefined
  return { ...(asked && { request: asked }), ...(answered && { response: answered }) }
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

/** The fragment never goes over the wire. */
function normal(url: string): string {
  if (!URL.canParse(url)) return url
  const { origin, pathname, search } = new URL(url)
  return origin + pathname + search
}

function byStart(a: Observed, b: Observed): number {
  return (
    compare(a.startedAt, b.startedAt) || a.seq - b.seq || compare(a.side, b.side) || compare(a.actor, b.actor)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
