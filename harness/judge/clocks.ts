/**
 * How far the clocks of systems elsewhere are from ours, by the `Date` of their answers, and where that explains why
 * something signed is too old for one end of a hop, or not valid yet, and not for the other.
 */
import { decodeJwt } from '../../wire/jwt.ts'
import type { StageActor } from '../trace/trace.ts'
import { certificateOf } from './certificate.ts'
import { isElsewhere } from './elsewhere.ts'
import type { Hop } from './hops.ts'
import { messagesOf } from './message.ts'

interface Skew {
  /** Its clock minus real time here. */
  aheadMs: number
  uncertaintyMs: number
}

/** `Date` has no fractions of a second (RFC 9110 5.6.7). */
const SECOND_MS = 1_000

/** @returns id of a hop → what the clocks of its ends explain of it, in words */
export function clocksIn(hops: Hop[], actors: Record<string, StageActor>): Map<string, string> {
  const skews = new Map<string, Skew>()
  for (const [name, actor] of Object.entries(actors)) {
    const skew = isElsewhere(actor) ? skewOf(hops.filter(({ to }) => to === name)) : undefined
    if (skew) skews.set(name, skew)
  }
  const said = hops.flatMap((hop) => {
    for (const name of [hop.to, hop.from]) {
      const skew = skews.get(name ?? '')
      const words = name !== undefined && skew && explained(hop, name, skew)
      if (words) return [[hop.id, words] as const]
    }
    return []
  })
  return new Map(said)
}

/** The median of all answers. One that a cache had kept says when it was made. */
function skewOf(hops: Hop[]): Skew | undefined {
  const samples = hops.flatMap(({ client, server }): Skew[] => {
    // Between two systems elsewhere there is only what was recorded in front of the one that was asked.
    const half = client ?? server
    const headers = half?.response?.headers
    const date = Date.parse(headers?.date ?? '')
    if (!half || Number.isNaN(date) || headers?.age !== undefined) return []
    const halfTrip = half.ms / 2
    const here = Date.parse(half.startedAt) + halfTrip
    return [{ aheadMs: date + SECOND_MS / 2 - here, uncertaintyMs: SECOND_MS + halfTrip }]
  })
  return samples.sort((a, b) => a.aheadMs - b.aheadMs)[Math.floor(samples.length / 2)]
}

function explained(hop: Hop, name: string, { aheadMs, uncertaintyMs }: Skew): string | undefined {
  const near = hop.client ?? hop.server
  if (!near) return undefined
  const real = Date.parse(near.startedAt)
  const [ours, its] = [real + near.clockOffsetMs, real + aheadMs]
  if (Math.abs(its - ours) <= uncertaintyMs) return undefined
  for (const { what, from, until } of signedIn(hop)) {
    const state = (at: number) => (at < from ? 'is not valid yet' : at >= until ? 'has expired' : undefined)
    const [here, there] = [state(ours), state(its)]
    if (here === there) continue
    const difference = `${name}'s clock is ${duration(Math.abs(its - ours))} ${its < ours ? 'behind' : 'ahead of'} ours (± ${Math.ceil(uncertaintyMs / 1000)} s)`
    return `${difference}: by ${there ? 'it' : 'ours'} the ${what} ${there ?? here}.`
  }
  return undefined
}

interface Signed {
  what: string
  from: number
  until: number
}

/** What is valid for a time: JWTs, the access token if it is one, and the certificates that came with them. */
function signedIn(hop: Hop): Signed[] {
  const bearer = /^Bearer (\S+)$/i.exec(hop.request?.headers.authorization ?? '')?.[1]
  const token = bearer === undefined ? undefined : decodeJwt(bearer)
  const jwts = messagesOf(hop).flatMap(({ kind, jwt }) => (jwt ? [{ what: words(kind), jwt }] : []))
  return [...jwts, ...(token ? [{ what: 'access token', jwt: token }] : [])].flatMap(({ what, jwt }) => {
    const { iat, nbf, exp } = jwt.claims
    const begins = [iat, nbf].filter((one) => typeof one === 'number')
    const { x5c } = jwt.header
    const leaf = Array.isArray(x5c) ? certificateOf(x5c[0]) : undefined
    return [
      {
        what,
        from: begins.length > 0 ? Math.max(...begins) * 1000 : Number.NEGATIVE_INFINITY,
        until: typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY,
      },
      ...(leaf
        ? [{ what: `certificate of the ${what}`, from: +leaf.validFromDate, until: +leaf.validToDate }]
        : []),
    ]
  })
}

const words = (kind: string) => kind.replaceAll('-', ' ')

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
