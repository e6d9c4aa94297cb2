/** What a step waits for: which hop, what is told meanwhile, and what of the hop later steps read. */
import type { Awaited } from '../../actors/actor.ts'
import type { HopId } from '../../wire/hop.ts'
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { Hop } from '../judge/reading.ts'
import { awaitName } from '../plan/await.ts'
import { isAwaited } from '../plan/place.ts'
import type { PlanStep } from '../plan/plan.ts'
import { promptOf, type Told } from './prompt.ts'
import type { Stage } from './stage.ts'

export interface Found {
  /** Absent where the answer itself is on nobody's record. */
  answer?: HopId
  outputs: JsonObject
  /** What belongs to the step ends with these; absent while the last of it is still to come. */
  until?: HopId[]
}

export interface Wanted {
  told: Told
  /** Nothing of the kind should come. */
  isSilent: boolean
  find(hops: Hop[]): Found | undefined
  inWords(hop: Hop): string
}

type Reading = typeof import('../judge/reading.ts')

/** @returns undefined when there is nothing to wait for */
export async function wantedBy(step: PlanStep, stage: Stage, input: JsonObject): Promise<Wanted | undefined> {
  const reading = await import('../judge/reading.ts')
  const inWords = reading.hopInWords
  if (step.uses === awaitName) return { ...said(input, reading), inWords }
  const { awaited } = stage.actionOf(step) ?? {}
  if (awaited?.class === undefined) return undefined
  const asked = { step, stage, input, awaited, reading }
  const wanted = awaited.class === 'back' ? wayBack(asked) : answerHop(asked, awaited.class)
  return { ...wanted, isSilent: step.awaits === 'nothing', inWords }
}

/** As the scenario says it. */
function said({ hop, noHop, prompt, url }: JsonObject, reading: Reading): Omit<Wanted, 'inWords'> {
  const isSilent = isObject(noHop)
  const pattern = isObject(noHop) ? noHop : isObject(hop) ? hop : {}
  const ends = (['from', 'to'] as const).filter((end) => pattern[end] !== undefined)
  const what = [pattern.class, 'hop', ...ends.map((end) => `${end} ${pattern[end]}`)]
  const words = what.filter((word) => word !== undefined).join(' ')
  const preset = isSilent ? `No ${words} may come now.` : `Waiting for a ${words}.`
  return {
    told: { text: typeof prompt === 'string' ? prompt : preset, ...(typeof url === 'string' && { url }) },
    isSilent,
    find: (hops) => {
      const found = hops.find((one) => reading.fits(one, pattern))
      return found && { answer: found.id, outputs: {}, until: [found.id] }
    },
  }
}

interface Asked {
  step: PlanStep
  stage: Stage
  input: JsonObject
  awaited: Awaited
  reading: Reading
}

/** The hop that an actor of ours would make. */
function answerHop(
  { step, stage, input, awaited, reading }: Asked,
  kind: string,
): Pick<Wanted, 'told' | 'find'> {
  const { method, request, outputs } = awaited
  const server = typeof input.server === 'string' ? input.server : undefined
  const there = server === undefined ? undefined : reading.addressee(kind, server, stage.record.actors)
  const pattern: JsonObject = {
    ...(kind !== 'any' && { class: kind }),
    ...(there && { to: there.actor }),
    ...(method && { method }),
    ...(request && { request: request(input) }),
  }
  return {
    told: promptOf(awaited, stage.plan, { step, input, server: there?.actor, url: there?.url }),
    find: (hops) => {
      const found = hops.find(
        (one) => (one.from === undefined || one.from === step.actor) && reading.fits(one, pattern),
      )
      if (!found) return undefined
      if (found.class === 'registration') learn(found, step, stage, reading)
      return { answer: found.id, outputs: outputsOf(found, outputs, reading), until: [found.id] }
    },
  }
}

/** What nobody has said of a client, its registration says. */
function learn(hop: Hop, { actor }: PlanStep, { plan, record }: Stage, reading: Reading): void {
  const known = record.actors[actor ?? '']
  if (!known || !reading.isSuccess(hop.response?.status)) return
  const { iss, redirect_uris } = reading.statementIn(hop)
  const [uri] = Array.isArray(redirect_uris) ? redirect_uris : []
  if (typeof uri === 'string') known.facts = { redirect_uri: uri, ...known.facts }
  const place = plan.actors.find(({ name }) => name === actor)?.place
  if (isAwaited(place) && place.await.url === undefined && typeof iss === 'string' && URL.canParse(iss))
    known.url = iss
}

/** A person's way through the pages ends with the redirect to the app, and arrives there. */
function wayBack({ step, stage, input, awaited, reading }: Asked): Pick<Wanted, 'told' | 'find'> {
  const { actors } = stage.record
  return {
    told: promptOf(awaited, stage.plan, { step, input }),
    find: (hops) => {
      const sent = hops.find((hop) => reading.sendsBack(hop, actors))
      const came = hops.find((hop) => reading.isCallback(hop, actors))
      // A page that ends the request sends nobody back.
      const ended = hops.find(
        ({ class: kind, response }) => kind === 'authorization' && (response?.status ?? 0) >= 400,
      )
      const seen = sent ?? came ?? ended
      if (!seen) return undefined
      const isOnItsWay = sent && !came && stage.serves(reading.locationOf(sent) ?? '')
      return {
        ...(seen !== came && { answer: seen.id }),
        outputs: outputsOf(seen, awaited.outputs, reading),
        ...(!isOnItsWay && { until: [seen, came].flatMap((hop) => hop?.id ?? []) }),
      }
    },
  }
}

function outputsOf(hop: Hop, outputs: Record<string, string>, reading: Reading): JsonObject {
  const view = { ...reading.hopView(hop), back: reading.answerIn(hop) }
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, path]) => {
      const value = reading.valueAt(view, path)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
