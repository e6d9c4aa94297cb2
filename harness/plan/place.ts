/** Where the actors of a case run. */
import type { JsonObject } from '../../wire/json.ts'
import { readImage } from './image.ts'
import { isPlace, isWebUrl, whyNoUrl } from './options.ts'
import type { Place } from './plan.ts'
import type { ActorEntry } from './schema.ts'
import { awaited } from './system.ts'
import type { Cast } from './with.ts'
import { report, type Spot, type Work, within } from './work.ts'

/** A system of somebody else: it takes no orders. One at a URL takes no certificate from us either. */
export const isElsewhere = <P>(
  place: P,
): place is Exclude<Extract<P, { url: string } | Awaited | Image>, Managed> =>
  typeof place === 'object' && place !== null && !('manage' in place)

/** It acts by itself, and steps wait for it: a client under test, or a person. */
export const isAwaited = <P>(place: P): place is Extract<P, Awaited> =>
  typeof place === 'object' && place !== null && 'await' in place

/** Somebody else's, and started here. */
export const isImage = <P>(place: P): place is Extract<P, Image> =>
  typeof place === 'object' && place !== null && 'image' in place

/** Somebody else's, and what arrives there passes through the testbed. */
export const isObserved = <P>(place: P): place is Extract<P, Observed> =>
  typeof place === 'object' && place !== null && 'upstream' in place

interface Observed {
  url: string
  upstream?: string
}
interface Awaited {
  await: { url?: string; start?: string }
}
interface Image {
  image: string
}
interface Managed {
  manage: string
}

/** Why it takes no orders. */
export const whose = (place: { url: string } | Awaited | Image): string => {
  if (isImage(place)) return `it is the image ${place.image}`
  return isAwaited(place) ? 'it acts by itself' : `somebody else runs ${place.url}`
}

/**
 * Where an actor runs: as the command line says, as the scenario says, in-process.
 *
 * @param values inputs and the row of the matrix, for the files of an image
 */
export function readPlace(
  name: string,
  entry: ActorEntry,
  cast: Cast,
  values: JsonObject,
  work: Work,
  spot: Spot,
): Place {
  const { place, kind } = entry
  const real = realPlace(name, work)
  if (real) return real
  const here = within(spot, 'place')
  if (place === awaited) return { await: {} }
  const checkUrl = (key: string, value: string) => {
    const why = whyNoUrl(value)
    if (why !== undefined) report(work, within(here, key), why, 'for example https://as.example')
  }
  if (isImage(place)) {
    return readImage(place, { name, kind, certificate: entry.certificate, cast, values }, work, here)
  }
  if (typeof place === 'object') {
    for (const key of ['manage', 'url'] as const) {
      const value = (place as Record<string, unknown>)[key]
      if (typeof value === 'string') checkUrl(key, value)
    }
    if ('manage' in place) checkScheme(kind, place, work, here)
    return place
  }
  const { place: asked } = work.options
  if (asked !== undefined && isPlace(asked)) return asked
  return place ?? 'in-process'
}

/** As the command line says it, then testbed.yaml. */
function realPlace(name: string, { options }: Work): Place | undefined {
  const { url, await: acts, start, upstream } = options.systems?.[name] ?? {}
  const asked = options.actors?.[name] ?? (acts ? awaited : url)
  if (asked === undefined) return undefined
  if (asked === awaited) {
    return { await: { ...(url !== undefined && { url }), ...(start !== undefined && { start }) } }
  }
  return { url: asked, ...(upstream !== undefined && { upstream }) }
}

/** An actor of ours that runs already gets the URL at which it serves, if it does. */
function checkScheme(kind: string, { url }: { url?: string }, work: Work, spot: Spot): void {
  const serves = work.catalogue.kinds[kind]?.serves
  if (serves === undefined) return
  if (serves === 'nothing') {
    if (url !== undefined)
      report(work, within(spot, 'url'), `an actor of kind ${kind} serves nothing`, 'leave url: out')
  } else if (url === undefined) {
    report(work, spot, `an actor of kind ${kind} has a base URL`, `write url: ${serves}://…`)
  } else if (isWebUrl(url) && new URL(url).protocol !== `${serves}:`) {
    report(work, within(spot, 'url'), `an actor of kind ${kind} serves ${serves}`, `write ${serves}://…`)
  }
}
