/** Why a case cannot run as asked: where its actors run decides what can be done with them. */
import type { JsonObject } from '../../wire/json.ts'
import { notSeen } from './await.ts'
import { hasRulesOfItsOwn } from './communities.ts'
import { badManners } from './manners.ts'
import { isElsewhere, whose } from './place.ts'
import type { Place, PlanActor, PlanStep } from './plan.ts'
import { authorityKind } from './trust.ts'
import type { Work } from './work.ts'

export function reasonToSkip(
  actors: PlanActor[],
  steps: PlanStep[],
  clock: string | undefined,
  { catalogue, options }: Pick<Work, 'catalogue' | 'options'>,
): string | undefined {
  return (
    notTrusted(actors, { catalogue, options }) ??
    notSeen(actors, steps, catalogue) ??
    notOurs(actors, steps, clock) ??
    notKnown(actors, steps) ??
    notHere(actors, steps) ??
    badManners(actors, steps)
  )
}

const personKind = 'user'

/** A real system was told of the authority that lasts; in a case of another community nobody has a certificate of it. */
function notTrusted(actors: PlanActor[], work: Pick<Work, 'catalogue' | 'options'>): string | undefined {
  const lasting = work.options.authority
  const real = actors.find(({ kind, outside }) => outside && kind !== authorityKind && kind !== personKind)
  const [only, ...others] = actors.filter(({ kind }) => kind === authorityKind)
  if (!lasting || !real || !only || others.length > 0 || only.authority !== undefined || only.outside)
    return undefined
  const { community } = only.with
  const issues = actors.some(({ own, certificates }) => !own && certificates.length > 0)
  if (!issues || !hasRulesOfItsOwn(community, work)) return undefined
  const both = `it is in the community ${community}, the authority of testbed.yaml in ${lasting.community}`
  const made = `certs ca <folder> --community ${community} makes one`
  return `${both}: ${made}, and ${only.name}: { authority: <folder> } under actors: names it`
}

/** Nothing can be asked of, changed in or given to a system that somebody else runs. */
function notOurs(actors: PlanActor[], steps: PlanStep[], clock: string | undefined): string | undefined {
  const foreign = new Map(
    actors.flatMap(({ name, place }) => (isElsewhere(place) ? [[name, whose(place)]] : [])),
  )
  if (foreign.size === 0) return undefined
  const [[first, why]] = foreign as unknown as [[string, string]]
  for (const { actor, inject } of [...actors, ...steps].flatMap(({ faults }) => faults)) {
    if (foreign.has(actor)) return `${inject} cannot be injected into ${actor}: ${foreign.get(actor)}`
  }
  for (const { id, actor = '', uses, with: input, awaits } of steps) {
    const owner = uses.startsWith('testbed/') ? String(input.actor ?? '') : actor
    if (foreign.has(owner) && awaits === undefined)
      return `step ${id} cannot be done with ${owner}: ${foreign.get(owner)}`
    if (uses === 'testbed/advance-clock') return `the clock of ${first} cannot be moved: ${why}`
  }
  if (clock !== undefined) return `the clock of ${first} cannot be set: ${why}`
  const issuer = actors
    .flatMap(({ certificates }) => certificates.map(({ from }) => from))
    .find((from) => foreign.has(from))
  if (issuer !== undefined) {
    const instead = 'give each simulated actor a certificate of its own in testbed.yaml'
    return `${issuer} (${authorityKind}) cannot issue certificates here: ${foreign.get(issuer)}; ${instead}`
  }
  const unknown = actors.find(
    ({ kind, outside }) => kind === authorityKind && outside && outside.anchors.length === 0,
  )
  if (unknown === undefined) return undefined
  return `whom ${unknown.name} vouches for cannot be told: name its anchors in testbed.yaml`
}

/** What a system elsewhere is, nobody knows but who says it in testbed.yaml. */
function notKnown(actors: PlanActor[], steps: PlanStep[]): string | undefined {
  const outside = new Map(actors.flatMap((one) => (one.outside ? [[one.name, one.outside.facts]] : [])))
  for (const { id, awaits, with: input } of steps) {
    // Of who acts by itself nothing is done with it.
    if (awaits !== undefined) continue
    for (const [, name = '', fact = ''] of JSON.stringify(input).matchAll(/\bactors\.([\w-]+)\.(\w+)/g)) {
      const facts = outside.get(name)
      if (facts && !['url', 'endpoints', ...Object.keys(facts)].includes(fact))
        return `step ${id} reads actors.${name}.${fact}, which nobody knows: say it under facts: in testbed.yaml`
    }
  }
  return undefined
}

/** Who shares a process cannot be killed alone, and a network is disturbed between containers only. */
function notHere(actors: PlanActor[], steps: PlanStep[]): string | undefined {
  const places = new Map(actors.map(({ name, place }) => [name, place]))
  for (const { id, uses, with: input } of steps) {
    if (uses === 'testbed/kill' || uses === 'testbed/start') {
      const actor = String(input.actor)
      const place = places.get(actor)
      const cannot = `step ${id} cannot be done with ${actor}`
      if (place === 'in-process')
        return `${cannot}, which runs in this very process: --place process gives it one of its own`
      if (typeof place === 'object')
        return `${cannot}, whose process somebody else started: place: process gives it one of ours`
    }
    if (uses === 'testbed/network') {
      const bare = endWithoutContainer(input, places)
      const place = places.get(bare ?? '')
      if (isElsewhere(place)) return `step ${id} cannot disturb the network of ${bare}: ${whose(place)}`
      if (place !== undefined)
        return `step ${id} needs ${bare} in a container: --place container gives it one`
    }
  }
  return undefined
}

/** The end of a path that is in no container of ours; whoever else there is when the step says no other end. */
function endWithoutContainer({ from, to }: JsonObject, places: Map<string, Place>): string | undefined {
  const outside = [...places].filter(([, place]) => place !== 'container').map(([name]) => name)
  const others = outside.filter((name) => name !== from)
  const isAlone = others.length === places.size - 1
  return outside.find((name) => name === from || name === to) ?? (isAlone ? others[0] : undefined)
}
