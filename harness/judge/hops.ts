/** Two halves → one hop as the rules see it: what was sent, what arrived, and who was who. */
import type { HopError, RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import type { HalfHop, StageActor } from '../trace/trace.ts'
import { attributed } from './attribute.ts'
import { classOf, type HopClass, type Roles, rolesOf } from './classify.ts'
import { namedUrls } from './named.ts'

export type End = 'from' | 'to'

export interface Hop {
  id: string
  step: string
  /** Actor names; absent when that end is nobody of the case. */
  from?: string
  to?: string
  /** Nobody recorded who asked: `from` is inferred. */
  inferred?: true
  class: HopClass
  roles: Roles
  client?: HalfHop
  server?: HalfHop
  /** As the client sent it; as it arrived where the client recorded nothing. */
  request?: RequestMessage
  /** As it arrived at the client; as the server sent it where the client recorded nothing. */
  response?: ResponseMessage
  error?: HopError
  /** Names of the faults that fired at either end. */
  faults: string[]
  ms: number
}

/** In the order of the halves. @param halves all of a case: who asked may be told by what came before */
export function hopsOf(halves: HalfHop[], actors: Record<string, StageActor>): Hop[] {
  const byId = Map.groupBy(halves, (half) => half.id)
  const named = namedUrls(halves)
  const hops = [...byId.values()].map((both) => hopOf(both, actors, named))
  return attributed(hops, actors)
}

function hopOf(both: HalfHop[], actors: Record<string, StageActor>, named: Set<string>): Hop {
  const client = both.find((half) => half.side === 'client')
  const server = both.find((half) => half.side === 'server')
  const near = client ?? server!
  const request = client?.request ?? server?.request
  const { response, error } = near
  const from = client?.from ?? server?.from
  const to = client?.to ?? server?.to
  const kind = classOf(request, response, actors, named)
  const kindOf = (name: string | undefined) => (name ? actors[name]?.kind : undefined)
  return {
    id: near.id,
    step: near.step,
    ...(from && { from }),
    ...(to && { to }),
    class: kind,
    roles: rolesOf(kind, kindOf(from), kindOf(to)),
    ...(client && { client }),
    ...(server && { server }),
    ...(request && { request }),
    ...(response && { response }),
    ...(error && { error }),
    faults: [...new Set(both.flatMap((half) => (half.faults ?? []).map(({ fault }) => fault)))],
    ms: near.ms,
  }
}

export function halfOf(hop: Hop, end: End): HalfHop | undefined {
  return end === 'from' ? hop.client : hop.server
}

/** The request as it reached the server. */
export function received(hop: Hop): RequestMessage | undefined {
  return hop.server?.request ?? hop.request
}

/** The response as the server sent it. */
export function answered(hop: Hop): ResponseMessage | undefined {
  return hop.server?.response ?? hop.response
}

/** Scenario time at which the hop began at one end, in milliseconds; an end without half has its partner's clock. */
export function clockMs(hop: Hop, end: End): number {
  const half = halfOf(hop, end) ?? hop.client ?? hop.server!
  return Date.parse(half.startedAt) + half.clockOffsetMs
}
