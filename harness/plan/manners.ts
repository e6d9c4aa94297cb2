/**
 * Systems of other people get conformant traffic, unless testbed.yaml allows faults there: why a case must not run
 * as asked. Whether a fault reaches them is told by who talks to whom; where that is not plain, it does.
 */
import type { Json } from '../../wire/json.ts'
import { repeatName } from './http-repeat.ts'
import type { Plan, PlanActor, PlanStep } from './plan.ts'
import { authorityKind } from './trust.ts'

const personKind = 'user'
const clientKind = 'client-app'

/** Certificates that a participant of a community may have; all other profiles are wrong in some way. */
const sound = new Set(['leaf', 'leaf-without-ocsp', 'certifier', 'root', 'intermediate'])

/** What an actor sends after them is not what the guide says. */
const loose: Record<string, Record<string, Json>> = { [clientKind]: { assertionKey: 'jku' } }

/** Something that a conformant system would not do, and whose. */
interface Misdeed {
  actor: string
  what: string
}

export function badManners(actors: PlanActor[], steps: PlanStep[]): string | undefined {
  const strangers = actors.filter(isStranger)
  if (strangers.length === 0) return undefined
  const reach = reachIn(actors, steps)
  for (const { actor, what } of misdeeds(actors, steps)) {
    const stranger = strangers.find(({ name }) => name !== actor && reach(actor).has(name))
    if (!stranger) continue
    const { name } = stranger
    const line = `actors: { ${name}: { allowFaults: true } }`
    return `${what} would reach ${name}, which is somebody else's: only with ${line} in testbed.yaml`
  }
  return undefined
}

/** So often a case may be repeated with a system of other people; more is load. */
const LIGHT = 3

/** @param times how often each case is to run @returns why that is too much for somebody */
export function tooMuch({ cases }: Plan, times: number): string | undefined {
  if (times <= LIGHT) return undefined
  const stranger = cases.flatMap(({ actors }) => actors).find(isStranger)
  if (!stranger) return undefined
  const line = `actors: { ${stranger.name}: { allowFaults: true } }`
  return `${times} times are load for ${stranger.name}, which is somebody else's: up to ${LIGHT}, or ${line} in testbed.yaml`
}

const isStranger = ({ kind, outside }: PlanActor): boolean =>
  outside !== undefined && !outside.allowFaults && kind !== personKind

function misdeeds(actors: PlanActor[], steps: PlanStep[]): Misdeed[] {
  return [
    ...[...actors, ...steps].flatMap(({ faults }) =>
      faults.map(({ actor, inject }) => ({ actor, what: `${inject} of ${actor}` })),
    ),
    ...actors.flatMap(({ name, kind, certificates, policy }) => [
      ...certificates.flatMap(({ profile }) => certificateOf(name, profile)),
      ...Object.entries(loose[kind] ?? {})
        .filter(([key, value]) => policy[key] === value)
        .map(([key, value]) => ({ actor: name, what: `policy ${key}: ${value} of ${name}` })),
    ]),
    ...steps.flatMap(stepMisdeeds),
  ]
}

function stepMisdeeds({ id, actor = '', uses, with: input }: PlanStep): Misdeed[] {
  const owner = String(input.actor ?? actor)
  const profile = certificateOf(owner, String(input.profile ?? 'leaf'))
  switch (uses) {
    case repeatName:
      return [{ actor, what: `what step ${id} sends again` }]
    case 'testbed/revoke':
      return [{ actor: owner, what: `the revoked certificate of ${owner}` }]
    case 'ca/revoke':
      return [{ actor, what: `the certificate that step ${id} revokes` }]
    case 'testbed/renew':
      return profile
    // To whom it is given is told by later steps.
    case 'ca/issue':
      return profile.map(({ what }) => ({ actor, what }))
    default:
      return []
  }
}

const certificateOf = (actor: string, profile: string): Misdeed[] =>
  sound.has(profile) ? [] : [{ actor, what: `a certificate of profile ${profile}` }]

/** Who gets what an actor sends: whoever is linked to it or works with it in a step, everybody of an authority or a person. */
function reachIn(actors: PlanActor[], steps: PlanStep[]): (actor: string) => Set<string> {
  const names = new Set(actors.map(({ name }) => name))
  const near = new Map<string, Set<string>>(actors.map(({ name }) => [name, new Set()]))
  const join = (a: string, b: string) => {
    near.get(a)?.add(b)
    near.get(b)?.add(a)
  }
  const named = (value: unknown): string[] => {
    if (typeof value === 'string') return names.has(value) ? [value] : []
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(named) : []
  }
  for (const { name, links, with: input } of actors)
    for (const other of named([links, input])) join(name, other)
  for (const { actor, with: input } of steps) for (const other of named(input)) join(actor ?? '', other)
  const everybody = new Set(
    actors.flatMap(({ name, kind }) => (kind === authorityKind || kind === personKind ? [name] : [])),
  )
  const clients = new Set(actors.flatMap(({ name, kind }) => (kind === clientKind ? [name] : [])))
  return (actor) => {
    if (everybody.has(actor)) return names
    const own = near.get(actor) ?? new Set()
    // From a FHIR server a client goes on to whoever gives tokens for it.
    return clients.has(actor)
      ? new Set([...own, ...[...own].flatMap((one) => [...(near.get(one) ?? [])])])
      : own
  }
}
