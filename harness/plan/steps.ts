/** The steps of a case, every default filled in. */
import type { Json, JsonObject } from '../../wire/json.ts'
import { awaitAction, awaitExpectation, awaitsOf, waitMs } from './await.ts'
import type { ActionEntry } from './catalogue.ts'
import { durationMs } from './duration.ts'
import { readExpectation } from './expectations.ts'
import { hasExpression, parseExpression, printExpression, whole } from './expression.ts'
import { readFault } from './faults.ts'
import { repeatAction, repeatedStep, repeatName, withStep } from './http-repeat.ts'
import { checkLives } from './lives.ts'
import type { FlatStep, PartOutputs } from './parts.ts'
import { fillPaths, type ReadPath } from './paths.ts'
import { isAwaited } from './place.ts'
import type { PlanActor, PlanStep } from './plan.ts'
import { runPaths, type Visible } from './run-paths.ts'
import { checkTestbed } from './testbed-checks.ts'
import { testbedSteps } from './testbed-steps.ts'
import { type Cast, readWith, resolveLinks } from './with.ts'
import { a, report, reportUnknown, type Work, within } from './work.ts'

const defaultTimeoutMs = 30_000

export function readSteps(
  steps: FlatStep[],
  outputs: PartOutputs,
  actors: PlanActor[],
  cast: Cast,
  work: Work,
): PlanStep[] {
  const free = new Set(actors.flatMap(({ name, place }) => (isAwaited(place) ? [name] : [])))
  const visible: Visible = {
    actors: cast,
    steps: new Map(),
    later: new Set([...steps.map(({ id }) => id), ...outputs.keys()]),
    parts: new Map(),
    doers: new Map(),
  }
  const read = runPaths(visible, work.catalogue)
  const planned = steps.map((step) => readStep(step, outputs, visible, read, cast, free, work))
  checkLives(planned, steps, work)
  return planned
}

function readStep(
  step: FlatStep,
  parts: PartOutputs,
  visible: Visible,
  read: ReadPath,
  cast: Cast,
  free: Set<string>,
  work: Work,
): PlanStep {
  const { id, entry, spot } = step
  const isTestbed = entry.uses.startsWith('testbed/')
  const repeated = entry.uses === repeatName ? repeatedStep(step, visible, work) : undefined
  const actor = isTestbed ? undefined : readActor(step, visible.doers.get(repeated ?? ''), cast, work)
  const kind = actor === undefined ? undefined : cast.get(actor)
  const action = findAction(step, isTestbed, kind, work)

  const given = within(spot, entry.await ? 'await' : 'with')
  const filled = fillPaths((entry.with ?? {}) as JsonObject, read, work, given) as JsonObject
  const condition = readConditions(step, read, work)
  const input = action ? readWith(action.with, filled, work, given) : filled
  const words = `${id} (${entry.uses})`
  const links = action ? resolveLinks(action.links, filled, cast, work, spot, { words }) : {}
  if (isTestbed && action) checkTestbed(step, input, cast, work)

  visible.steps.set(id, Object.keys(action?.outputs ?? {}))
  if (actor !== undefined) visible.doers.set(id, actor)
  for (const caller of step.ends) {
    const { values, spot: at } = parts.get(caller)!
    visible.parts.set(caller, fillPaths(values, read, work, at) as JsonObject)
  }
  const answers = isTestbed ? 0 : entry.uses === repeatName ? Number(input.times ?? 1) : 1
  const scene = { step: id, answers, cast, ...(kind !== undefined && { kind }) }
  const at = spot.document.at(spot.keys)
  const awaits = actor !== undefined && free.has(actor) ? awaitsOf(step, action) : undefined
  const unsaid = entry.await ? awaitExpectation(filled, scene, work, given) : []
  return {
    id,
    ...(entry.name !== undefined && { name: entry.name }),
    ...(actor !== undefined && { actor }),
    uses: entry.uses,
    with: repeated === undefined ? { ...input, ...links } : withStep(input, repeated),
    ...(condition !== undefined && { if: condition }),
    ...(step.finally && { finally: true as const }),
    faults: (entry.faults ?? []).map((fault, i) => {
      const here = within(spot, 'faults', i)
      const target = cast.get(fault.at)
      if (target === undefined)
        reportUnknown(work, within(here, 'at'), `there is no actor ${fault.at}`, fault.at, cast.keys())
      return readFault(fault, fault.at, target, work, here)
    }),
    expect: [
      ...unsaid,
      ...step.expect.map(({ entry: expected, spot: at }, i) => {
        const value = fillPaths(expected as Json, read, work, at)
        return readExpectation(value as typeof expected, unsaid.length + i + 1, scene, work, at)
      }),
    ],
    timeoutMs: readTimeout(step, awaits, work),
    ...(awaits && { awaits }),
    at,
    source: spot.document.source(at.line),
  }
}

/** @param other who acts when neither the step nor its caller says */
function readActor(
  { id, entry, spot, actor: own }: FlatStep,
  other: string | undefined,
  cast: Cast,
  work: Work,
): string | undefined {
  const actor = own ?? other
  if (actor === undefined) {
    // Whose request it is follows from a step that could not be found, as is told.
    if (entry.uses === repeatName) return undefined
    const able = [...cast]
      .filter(([, kind]) => work.catalogue.kinds[kind]?.actions[entry.uses])
      .map(([name]) => name)
    const hint = able.length > 0 ? `add actor: ${able.join(' or ')}` : undefined
    report(work, spot, `step ${id} has no actor`, hint)
    return undefined
  }
  if (cast.has(actor)) return actor
  const here = within(spot, entry.actor === undefined ? 'uses' : 'actor')
  if (hasExpression(actor))
    report(work, here, 'the actor must be known before the run', 'read inputs or matrix')
  else reportUnknown(work, here, `there is no actor ${actor}`, actor, cast.keys())
  return undefined
}

function findAction(
  { entry, spot }: FlatStep,
  isTestbed: boolean,
  kind: string | undefined,
  work: Work,
): ActionEntry | undefined {
  const here = within(spot, 'uses')
  if (isTestbed && entry.actor !== undefined) {
    report(
      work,
      within(spot, 'actor'),
      `${entry.uses} is done by the testbed, not by an actor`,
      'leave actor: out',
    )
  }
  if (entry.uses === repeatName) return repeatAction
  if (entry.await) return awaitAction
  const actions = isTestbed ? testbedSteps : work.catalogue.kinds[kind ?? '']?.actions
  if (!actions) return undefined

  if (Object.hasOwn(actions, entry.uses)) return actions[entry.uses]
  const doer = isTestbed ? 'the testbed' : a(kind ?? '')
  const known = isTestbed
    ? Object.keys(actions)
    : [...Object.keys(actions), repeatName, ...Object.keys(testbedSteps)]
  reportUnknown(work, here, `${doer} has no action ${entry.uses}`, entry.uses, known)
  return undefined
}

function readConditions(step: FlatStep, read: ReadPath, work: Work): string | undefined {
  const texts = step.conditions.map(({ text, spot }) => String(fillPaths(text, read, work, spot)))
  if (texts.length < 2) return texts[0] === undefined ? undefined : (whole(texts[0]) ?? texts[0])
  try {
    return printExpression(
      texts.map(parseExpression).reduce((left, right) => ({ op: '&&' as const, left, right })),
    )
  } catch {
    // What does not parse is a problem already.
    return undefined
  }
}

function readTimeout(step: FlatStep, awaits: PlanStep['awaits'], work: Work): number {
  const { timeout } = step
  const preset = waitMs(step, awaits, work) ?? defaultTimeoutMs
  if (!timeout) return preset
  const ms = durationMs(timeout.text)
  if (ms !== undefined && ms > 0) return ms
  report(
    work,
    timeout.spot,
    `timeout cannot be ${timeout.text}`,
    'write an ISO 8601 duration such as PT30S or PT2M',
  )
  return preset
}
