/** The actors of a case, every default filled in. */
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { KindEntry } from './catalogue.ts'
import { hasExpression, whole } from './expression.ts'
import { isPlace, isWebUrl, specChoice } from './options.ts'
import type { Place, PlanActor, PlanFault } from './plan.ts'
import type { ActorEntry } from './schema.ts'
import { type Cast, readWith, resolveLinks } from './with.ts'
import { listed, report, reportUnknown, type Spot, type Work, within } from './work.ts'

export const authorityKind = 'certificate-authority'

/** @param spot the `actors` of a scenario, inputs and matrix filled in */
export function readActors(entries: Record<string, ActorEntry>, work: Work, spot: Spot): PlanActor[] {
  const cast: Cast = new Map(Object.entries(entries).map(([name, { kind }]) => [name, kind]))
  return Object.entries(entries).flatMap(([name, entry]) => {
    const here = within(spot, name)
    const unknownYet = textsIn(entry).find(hasExpression)
    if (unknownYet !== undefined) {
      report(work, here, `${whole(unknownYet) ?? unknownYet} is not known before the run`, onlyKnown)
    }
    const kind = work.catalogue.kinds[entry.kind]
    if (kind) return [readActor(name, entry, kind, cast, work, here)]
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

const onlyKnown = 'actors can read inputs and matrix only'

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function readActor(
  name: string,
  entry: ActorEntry,
  kind: KindEntry,
  cast: Cast,
  work: Work,
  spot: Spot,
): PlanActor {
  const place = readPlace(name, entry, work, spot)
  const isForeign = typeof place === 'object'
  const given = (entry.with ?? {}) as JsonObject
  const { endpoints, ...own } = given
  const settings = readWith(kind.with, isForeign ? own : given, work, within(spot, 'with'))
  if (isForeign && endpoints !== undefined) {
    checkEndpoints(endpoints, kind, work, within(spot, 'with', 'endpoints'))
    settings.endpoints = endpoints
  }
  const certificate = readCertificate(name, entry, cast, isForeign, work, spot)
  return {
    name,
    kind: entry.kind,
    ...(entry.name !== undefined && { title: entry.name }),
    place,
    spec: readSpec(name, entry, work, spot),
    trusts: readTrusts(name, entry, cast, isForeign, work, spot),
    ...(certificate && { certificate }),
    with: settings,
    policy: (entry.policy ?? {}) as JsonObject,
    faults: (entry.faults ?? []).map(({ inject, at }, i): PlanFault => {
      const here = within(spot, 'faults', i)
      if (at !== undefined && at !== name) {
        report(
          work,
          within(here, 'at'),
          `these faults are ${name}'s own`,
          `give them to ${at}, or leave at: out`,
        )
      }
      checkFault(inject, entry.kind, work, within(here, 'inject'))
      return { actor: name, inject, at: here.document.at(here.keys) }
    }),
    links: resolveLinks(kind.links, given, cast, work, spot, { words: name, name, optional: isForeign }),
    at: spot.document.at(spot.keys, 'key'),
  }
}

function readPlace(name: string, { place }: ActorEntry, work: Work, spot: Spot): Place {
  const url = work.options.actors?.[name] ?? (typeof place === 'object' ? place.url : undefined)
  if (url === undefined) {
    const { place: asked } = work.options
    if (asked !== undefined && isPlace(asked)) return asked
    return typeof place === 'string' ? place : 'in-process'
  }
  if (typeof place === 'object' && !isWebUrl(place.url)) {
    report(work, within(spot, 'place', 'url'), `${place.url} is no URL`, 'for example https://as.example')
  }
  return { url }
}

function checkEndpoints(value: unknown, kind: KindEntry, work: Work, spot: Spot): void {
  if (!isObject(value)) {
    report(work, spot, 'endpoints must be a set of keys', 'name: path or URL')
    return
  }
  for (const [name, path] of Object.entries(value)) {
    if (!kind.endpoints.includes(name))
      reportUnknown(work, within(spot, name), `there is no endpoint ${name}`, name, kind.endpoints)
    else if (typeof path !== 'string') report(work, within(spot, name), `${name} must be a path or a URL`)
  }
}

function readSpec(name: string, entry: ActorEntry, work: Work, spot: Spot): string {
  const { versions, defaults } = work.catalogue
  if (entry.spec !== undefined && !versions.includes(entry.spec)) {
    reportUnknown(
      work,
      within(spot, 'spec'),
      `there is no version ${entry.spec} of the guide`,
      entry.spec,
      versions,
    )
  }
  const { all, byActor } = specChoice(work.options.spec)
  return byActor[name] ?? entry.spec ?? all ?? defaults.version
}

const authorities = (cast: Cast): string[] =>
  [...cast].filter(([, kind]) => kind === authorityKind).map(([name]) => name)

function readTrusts(
  name: string,
  entry: ActorEntry,
  cast: Cast,
  isForeign: boolean,
  work: Work,
  spot: Spot,
): string[] {
  const known = authorities(cast)
  if (entry.trusts !== undefined) {
    const said = [entry.trusts].flat()
    const here = within(spot, 'trusts')
    for (const [i, authority] of said.entries()) {
      const at = Array.isArray(entry.trusts) ? within(here, i) : here
      if (!known.includes(authority))
        reportUnknown(work, at, `there is no ${authorityKind} ${authority}`, authority, known)
    }
    return said
  }
  if (entry.kind === authorityKind) return []
  if (known.length > 1 && !isForeign) {
    const hint = `add trusts: ${known[0]}, or trusts: [${known.join(', ')}]`
    report(
      work,
      spot,
      `${name} does not say whom it trusts: ${listed(known)} are certificate authorities`,
      hint,
      'key',
    )
  }
  return known.length === 1 ? known : []
}

function readCertificate(
  name: string,
  entry: ActorEntry,
  cast: Cast,
  isForeign: boolean,
  work: Work,
  spot: Spot,
): PlanActor['certificate'] {
  const { catalogue } = work
  const here = within(spot, 'certificate')
  const isShort = typeof entry.certificate === 'string'
  const said =
    typeof entry.certificate === 'string' ? { profile: entry.certificate } : (entry.certificate ?? {})
  const at = (key: string) => (isShort ? here : within(here, key))
  const known = authorities(cast)
  if (entry.kind === authorityKind || isForeign) {
    if (entry.certificate !== undefined) {
      const why = isForeign ? 'somebody else runs it' : 'it makes its own'
      report(work, here, `${name} is not issued a certificate: ${why}`, 'leave certificate: out', 'key')
    }
    return undefined
  }
  const { profile = catalogue.defaults.profile, key = catalogue.defaults.key, from = known[0] } = said
  if (!catalogue.profiles.includes(profile)) {
    if (isShort && known.includes(profile)) {
      report(work, here, `${profile} is no certificate profile`, `write certificate: { from: ${profile} }`)
    } else
      reportUnknown(
        work,
        at('profile'),
        `there is no certificate profile ${profile}`,
        profile,
        catalogue.profiles,
      )
  }
  if (!catalogue.keyAlgorithms.includes(key)) {
    reportUnknown(work, at('key'), `there is no key algorithm ${key}`, key, catalogue.keyAlgorithms)
  }
  if (said.from !== undefined && !known.includes(said.from)) {
    reportUnknown(work, at('from'), `there is no ${authorityKind} ${said.from}`, said.from, known)
  }
  if (said.from === undefined && known.length > 1) {
    const hint = `add certificate: { from: ${known[0]} }`
    report(work, spot, `${name} does not say who issues its certificate: ${listed(known)} can`, hint, 'key')
  }
  if (from === undefined) {
    const hint = `add a certificate authority to actors, for example ca: { kind: ${authorityKind} }`
    report(work, spot, `${name} needs a certificate, and nobody issues one`, hint, 'key')
    return undefined
  }
  return { from, profile, key }
}

/** Notes a fault that the kind does not have. */
export function checkFault(inject: string, kind: string, work: Work, spot: Spot): void {
  const entry = work.catalogue.kinds[kind]
  if (!entry) return
  if (hasExpression(inject)) {
    report(work, spot, 'a fault must be known before the run', 'read inputs or matrix')
    return
  }
  const known = [...entry.faults, ...entry.checks.map((check) => `skip/${check}`)]
  if (!known.includes(inject)) reportUnknown(work, spot, `${a(kind)} has no fault ${inject}`, inject, known)
}
