/** Steps that wait: for a hop that somebody makes from outside (`await:`), and for an actor that acts by itself. */
import { Type } from 'typebox'
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { ActionEntry, Catalogue } from './catalogue.ts'
import { durationMs } from './duration.ts'
import { readExpectation, type Scene } from './expectations.ts'
import type { FlatStep } from './parts.ts'
import { isAwaited, isElsewhere } from './place.ts'
import type { PlanActor, PlanExpectation, PlanStep } from './plan.ts'
import type { StepEntry } from './schema.ts'
import { report, type Spot, type Work, within } from './work.ts'

export const awaitName = 'testbed/await'

/** So long a step waits for somebody when nobody says how long. */
export const AWAIT_MS = 300_000
/** So long it is watched that nothing comes. */
const SILENCE_MS = 10_000

/** What such a step is given; the scenario language says what a hop is (schema.ts). */
export const awaitAction: ActionEntry = {
  with: Type.Object(
    {
      hop: Type.Optional(Type.Object({}, { description: 'A hop like this is waited for.' })),
      noHop: Type.Optional(Type.Object({}, { description: 'No hop like this may come.' })),
      for: Type.Optional(Type.String({ description: 'How long none may come.' })),
      prompt: Type.Optional(Type.String({ description: 'What to do now, for whoever sits at it.' })),
      url: Type.Optional(Type.String({ description: 'Where.' })),
    },
    { additionalProperties: false },
  ),
  links: {},
  outputs: {},
}

/** A step as an action: what it waits for is what the action is given. Undefined when it cannot be told what it is. */
export function asAction(entry: StepEntry, work: Work, spot: Spot): FlatStep['entry'] | undefined {
  const { uses, await: wait } = entry
  const here = within(spot, 'await')
  if (uses !== undefined && wait) {
    report(work, here, 'a step has uses or await, not both', 'make two steps of it', 'key')
    return undefined
  }
  if (uses !== undefined) return { ...entry, uses }
  if (!wait) {
    report(work, spot, 'uses is missing', 'an action such as udap/register, or a part: ../parts/x.yaml')
    return undefined
  }
  if (entry.with !== undefined)
    report(work, within(spot, 'with'), 'await takes no with', 'leave it out', 'key')
  if ((wait.hop === undefined) === (wait.noHop === undefined))
    report(work, here, 'await waits for a hop, or that none comes', 'write hop: or noHop:, one of them')
  if (wait.for !== undefined && wait.noHop === undefined)
    report(
      work,
      within(here, 'for'),
      'for says how long no hop may come',
      'write timeout: beside await:',
      'key',
    )
  if (wait.for !== undefined && !((durationMs(wait.for) ?? 0) > 0))
    report(work, within(here, 'for'), `for cannot be ${wait.for}`, 'write an ISO 8601 duration such as PT10S')
  return { ...entry, uses: awaitName, with: wait }
}

/** What it expects by waiting; the names in it are checked as in any expectation. */
export function awaitExpectation(
  { hop, noHop }: JsonObject,
  scene: Scene,
  work: Work,
  spot: Spot,
): PlanExpectation[] {
  if (isObject(hop)) readExpectation({ hop } as never, 1, scene, work, spot)
  // That a hop has come the step itself says: it ends with it.
  return isObject(noHop) ? [readExpectation({ noHop } as never, 1, scene, work, spot)] : []
}

/**
 * Of a step whose actor acts by itself: the answer hop of its action, or that nothing comes, where it should have
 * stopped before. Whatever a fault of this step spoils comes to it first.
 */
export function awaitsOf({ entry, expect }: FlatStep, action: ActionEntry | undefined): PlanStep['awaits'] {
  if (!action?.awaited) return undefined
  const isStopped = expect.some(({ entry: { stopped } }) => stopped !== undefined)
  const comesFirst = action.awaited.first || (entry.faults ?? []).length > 0
  return isStopped && !comesFirst ? 'nothing' : 'answer'
}

/** How long it waits unless its `timeout` says; undefined when it does not wait. */
export function waitMs(
  { entry }: FlatStep,
  awaits: PlanStep['awaits'],
  { options }: Work,
): number | undefined {
  const longMs = durationMs(options.awaitFor ?? '') ?? AWAIT_MS
  const silenceMs = Math.min(SILENCE_MS, longMs)
  if (entry.await) return entry.await.noHop ? (durationMs(entry.await.for ?? '') ?? silenceMs) : longMs
  return awaits === undefined ? undefined : awaits === 'nothing' ? silenceMs : longMs
}

/** What cannot be waited for, as nobody but the actor itself sees it. */
export function notSeen(actors: PlanActor[], steps: PlanStep[], { kinds }: Catalogue): string | undefined {
  const byName = new Map(actors.map((actor) => [actor.name, actor]))
  for (const { id, actor = '', uses, with: input } of steps) {
    const { place, kind = '' } = byName.get(actor) ?? {}
    if (isAwaited(place) && !kinds[kind]?.actions[uses]?.awaited)
      return `step ${id} cannot be waited for: ${actor} acts by itself, and nobody else sees ${uses}`
    const begun = isElsewhere(place) ? undefined : beginningIn(input, steps)
    const app = byName.get(begun?.actor ?? '')
    if (begun && app && isAwaited(app.place) && app.place.await.start === undefined)
      return `where ${actor} begins in ${app.name} is not known: say start: in testbed.yaml, or --actor ${actor}=await for a person`
  }
  return undefined
}

/** The step that begins an authorization whose URL is opened here. */
function beginningIn({ url }: JsonObject, steps: PlanStep[]): PlanStep | undefined {
  const [, step] = /\bsteps\.([\w.-]+)\.outputs\.authorization_url\b/.exec(String(url)) ?? []
  return steps.find(({ id }) => id === step)
}
