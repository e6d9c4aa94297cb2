/** Steps that wait: for a client under test, for a person, for a hop that somebody makes from outside. */
import type { ActResult } from '../../actors/actor.ts'
import type { HopId } from '../../wire/hop.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Hop } from '../judge/reading.ts'
import { awaitName } from '../plan/await.ts'
import { isAwaited } from '../plan/place.ts'
import type { PlanCase, PlanStep } from '../plan/plan.ts'
import { NOT_COME, SILENT, type StageCase } from '../trace/trace.ts'
import type { Emit } from './events.ts'
import { Queue } from './queue.ts'
import type { Stage } from './stage.ts'
import { type Found, type Wanted, wantedBy } from './wanted.ts'

/** Where no place tells that something was recorded, it is asked so often. */
const POLL_MS = 100
/** A browser that was sent back to an app of ours is there by then. */
const ARRIVES_MS = 5_000

/** Of what came instead of what was waited for. */
const MOST_TOLD = 20

export const waits = ({ uses, awaits }: PlanStep): boolean => uses === awaitName || awaits !== undefined

export const hasWaits = ({ steps }: PlanCase): boolean => steps.some(waits)

export async function queueOf(plan: PlanCase, record: StageCase): Promise<Queue | undefined> {
  if (!hasWaits(plan)) return undefined
  const { hopsOf } = await import('../judge/reading.ts')
  return new Queue(record, hopsOf)
}

/** Is somebody waited for after this step? What came from outside stays for then. */
export function waitsAfter({ id }: PlanStep, { steps }: PlanCase): boolean {
  return steps.slice(steps.findIndex((one) => one.id === id) + 1).some(waits)
}

export interface Waited extends ActResult {
  /** The hops up to which everything belongs to the step. */
  until: HopId[]
  /** Why it was not waited for. */
  skipped?: string
}

/** @throws StageBroken, Interrupted */
export async function waitFor(
  step: PlanStep,
  stage: Stage,
  queue: Queue,
  input: JsonObject,
  emit: Emit,
): Promise<Waited> {
  const wanted = await wantedBy(step, stage, input)
  if (!wanted) return { outputs: startOf(step, stage), until: [] }
  const about = { case: stage.plan.id, step: step.id }
  const vain = vainStep(stage)
  const until = Date.now() + (vain === undefined ? step.timeoutMs : 0)
  let isTold = false
  queue.add(await stage.take())
  let hops = queue.hops()
  try {
    for (;;) {
      const found = wanted.find(hops)
      if (found) return await arrived(found, wanted, stage, queue)
      const leftMs = until - Date.now()
      if (leftMs <= 0)
        return vain === undefined
          ? missed(wanted, hops, step, stage)
          : { outputs: {}, until: [], skipped: `step ${vain} waited in vain` }
      if (!isTold) emit({ type: 'waiting', ...about, ...wanted.told, until })
      isTold = true
      await stage.recorded(Math.min(leftMs, POLL_MS))
      const fresh = await stage.take()
      queue.add(fresh)
      if (fresh.length > 0) hops = queue.hops()
    }
  } finally {
    if (isTold) emit({ type: 'waited', ...about })
  }
}

/** Waits for the browser too, where it is on its way to an app whose hops are on record. */
async function arrived(found: Found, wanted: Wanted, stage: Stage, queue: Queue): Promise<Waited> {
  const { answer, outputs } = found
  const byThen = Date.now() + ARRIVES_MS
  let { until } = found
  while (until === undefined && Date.now() < byThen) {
    await stage.recorded(POLL_MS)
    queue.add(await stage.take())
    until = wanted.find(queue.hops())?.until
  }
  return {
    outputs,
    ...(answer !== undefined && { answer }),
    until: until ?? (answer === undefined ? [] : [answer]),
  }
}

/** Where somebody did not come once, nobody is waited for again: the step that waited in vain. */
const vainStep = ({ record }: Stage): string | undefined =>
  record.steps.find(({ stopped }) => stopped?.check === NOT_COME)?.id

function missed(
  { told: { text }, isSilent, inWords }: Wanted,
  hops: Hop[],
  { uses, timeoutMs, actor }: PlanStep,
  { plan, record }: Stage,
): Waited {
  const time = `${timeoutMs / 1000} s`
  if (isSilent) {
    const stopped = { check: SILENT, message: `Nothing came for ${time}.`, refs: [] }
    return { outputs: {}, ...(uses !== awaitName && { stopped }), until: [] }
  }
  const came = hops.filter(({ client }) => !client).map(inWords)
  const own = new Set(plan.steps.filter((one) => one.actor === actor).map(({ id }) => id))
  const before = record.steps.findLast(({ id, answer }) => own.has(id) && answer !== undefined)?.id
  const nothing = before === undefined ? 'Nothing came at all' : `Nothing came after step ${before}`
  const more = came.length > MOST_TOLD ? `; and ${came.length - MOST_TOLD} more` : ''
  const instead =
    came.length === 0 ? nothing : `Only these came: ${came.slice(0, MOST_TOLD).join('; ')}${more}`
  const stopped = {
    check: NOT_COME,
    message: `${text} It did not happen within ${time}. ${instead}. ${advice(came.length > 0 || before !== undefined)}`,
    refs: [],
  }
  return { outputs: {}, stopped, until: [] }
}

const advice = (isThere: boolean): string =>
  isThere
    ? 'See what it was answered; --await-for gives it more time.'
    : 'Does it reach the testbed at that address, and trust its TLS certificate? --await-for gives it more time.'

/** Nobody sees an app prepare a request. Where a person begins there, testbed.yaml may say. */
function startOf({ actor }: PlanStep, { plan }: Stage): JsonObject {
  const place = plan.actors.find(({ name }) => name === actor)?.place
  const start = isAwaited(place) ? place.await.start : undefined
  return start === undefined ? {} : { authorization_url: start }
}
