/** The actors of a case, every default filled in. */

import { isObject, type JsonObject } from '../../wire/json.ts'
import type { KindEntry } from './catalogue.ts'
import { hasRulesOfItsOwn } from './communities.ts'
import { hasExpression, whole } from './expression.ts'
import { readFault } from './faults.ts'
import { specChoice } from './options.ts'
import { isAwaited, isElsewhere, isImage, isObserved, readPlace } from './place.ts'
import type { Outside, PlanActor, PlanFault } from './plan.ts'
import type { ActorEntry } from './schema.ts'
import type { LastingAuthority, System } from './system.ts'
import { authorityKind, readTrust } from './trust.ts'
import { validate } from './validate.ts'
import { type Cast, checkNames, readWith, resolveLinks } from './with.ts'
import { a, report, reportUnknown, type Spot, type Work, within } from './work.ts'

/**
 * @param version what whoever names none follows
 * @param values inputs and the row of the matrix
 * @param spot the `actors` of a scenario, both filled in
 */
export function readActors(
  entries: Record<string, ActorEntry>,
  version: string,
  values: JsonObject,
  work: Work,
  spot: Spot,
): PlanActor[] {
  const cast: Cast = new Map(Object.entries(entries).map(([name, { kind }]) => [name, kind]))
  return Object.entries(entries).flatMap(([name, entry]) => {
    const here = within(spot, name)
    const unknownYet = textsIn(withoutLater(entry)).find(hasExpression)
    if (unknownYet !== undefined) {
      report(work, here, `${whole(unknownYet) ?? unknownYet} is not known before the run`, onlyKnown)
    }
    const kind = work.catalogue.kinds[entry.kind]
    if (kind) return [readActor(name, entry, kind, version, cast, values, work, here)]
    reportUnknown(
      work,
      within(here, 'kind'),
      `there is no kind ${entry.kind}`,
      entry.kind,
      Object.keys(work.catalogue.kinds),
    )
    return []
  })
}

/** Whose address nobody needs. */
const comesByItself = ['client-app', 'user']

/** Who has a browser. */
const personKind = 'user'

const onlyKnown = 'actors can read inputs and matrix only'

/** What an image is told may hold addresses, which are known when it starts. */
const withoutLater = (entry: ActorEntry): ActorEntry =>
  isImage(entry.place) ? { ...entry, place: { ...entry.place, env: {}, command: [] } } : entry

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function readActor(
  name: string,
  entry: ActorEntry,
  kind: KindEntry,
  version: string,
  cast: Cast,
  values: JsonObject,
  work: Work,
  spot: Spot,
): PlanActor {
  const place = readPlace(name, entry, cast, values, work, spot)
  const isForeign = isElsewhere(place)
  if (isAwaited(place) && place.await.url === undefined && !comesByItself.includes(entry.kind))
    report(
      work,
      spot,
      `others go to ${a(entry.kind)}, so that its URL must be known`,
      `--actor ${name}=https://…`,
    )
  const system = work.options.systems?.[name] ?? {}
  checkNames(kind.names ?? {}, entry.with ?? {}, cast, work, within(spot, 'with'))
  const { browser } = work.options
  const given: JsonObject = {
    ...entry.with,
    ...(browser !== undefined && entry.kind === personKind && !isForeign && { browser }),
    ...(system.username !== undefined && entry.kind === personKind && { username: system.username }),
    ...(system.subjects && entry.kind === personKind && { subjects: system.subjects }),
    ...(system.endpoints && isForeign && { endpoints: system.endpoints }),
  }
  return {
    name,
    kind: entry.kind,
    ...(entry.name !== undefined && { title: entry.name }),
    place,
    spec: readSpec(name, entry, version, work, spot),
    ...readTrust({ name, entry, kind, place, cast, spot }, work),
    with: isForeign
      ? readForeignWith(given, kind, work, spot)
      : readWith(kind.with, given, work, within(spot, 'with')),
    policy: readPolicy((entry.policy ?? {}) as JsonObject, kind, work, within(spot, 'policy')),
    faults: (entry.faults ?? []).map((fault, i): PlanFault => {
      const here = within(spot, 'faults', i)
      const { at } = fault
      if (at !== undefined && at !== name) {
        report(
          work,
          within(here, 'at'),
          `these faults are ${name}'s own`,
          `give them to ${at}, or leave at: out`,
        )
      }
      return readFault(fault, name, entry.kind, work, here)
    }),
    links: resolveLinks(kind.links, given, cast, work, spot, { words: name, name, optional: isForeign }),
    ...(isForeign && !isImage(place) && { outside: outsideOf(system) }),
    ...(!isForeign && fixedOf(entry, system, cast, work)),
    ...(isObserved(place) && system.serve && { serve: system.serve }),
    ...(system.password && entry.kind === personKind && { password: system.password }),
    at: spot.document.at(spot.keys, 'key'),
  }
}

function outsideOf({ anchors = [], community, facts = {}, allowFaults = false }: System): Outside {
  return { anchors, ...(community !== undefined && { community }), facts, allowFaults }
}

/** What testbed.yaml fixes of an actor that is simulated. */
function fixedOf(
  { kind, with: given = {} }: ActorEntry,
  { serve, certificate, authority }: System,
  cast: Cast,
  work: Work,
): Pick<PlanActor, 'serve' | 'own' | 'authority'> {
  const only = hasRulesOfItsOwn(given.community, work) ? undefined : onlyAuthority(cast, work)
  const lasting = kind === authorityKind ? (authority ?? only) : undefined
  if (lasting) return { authority: lasting.folder, serve: { url: lasting.url, ...serve } }
  return { ...(serve && { serve }), ...(certificate && { own: certificate }) }
}

/** The one that lasts takes the place of the case's own, where that is the only one. */
function onlyAuthority(cast: Cast, { options: { authority } }: Work): LastingAuthority | undefined {
  return [...cast.values()].filter((kind) => kind === authorityKind).length === 1 ? authority : undefined
}

/** A system that somebody else runs may have its endpoints elsewhere: `with: { endpoints: { name: path } }`. */
function readForeignWith(
  { endpoints, ...own }: JsonObject,
  kind: KindEntry,
  work: Work,
  spot: Spot,
): JsonObject {
  const settings = readWith(kind.with, own, work, within(spot, 'with'))
  if (endpoints === undefined) return settings
  const here = within(spot, 'with', 'endpoints')
  if (!isObject(endpoints)) report(work, here, 'endpoints must be a set of keys', 'write name: path or URL')
  for (const [name, path] of Object.entries(endpoints ?? {})) {
    const at = within(here, name)
    if (!kind.endpoints.includes(name)) {
      reportUnknown(work, at, `there is no endpoint ${name}`, name, kind.endpoints)
    } else if (typeof path !== 'string') report(work, at, `${name} must be a path or a URL`)
  }
  return { ...settings, endpoints }
}

function readSpec(name: string, entry: ActorEntry, version: string, work: Work, spot: Spot): string {
  const { versions } = work.catalogue
  if (entry.spec !== undefined && !versions.includes(entry.spec)) {
    reportUnknown(
      work,
      within(spot, 'spec'),
      `there is no version ${entry.spec} of the guide`,
      entry.spec,
      versions,
    )
  }
  const asked = specChoice(work.options.spec).byActor[name] ?? work.options.systems?.[name]?.spec
  return asked ?? entry.spec ?? version
}

/** As it is said: defaults may depend on the version of the guide, and whoever reads it wants what is loosened. */
function readPolicy(policy: JsonObject, kind: KindEntry, work: Work, spot: Spot): JsonObject {
  work.problems.push(...validate(kind.policy, structuredClone(policy), spot.document, spot.keys))
  return policy
}
