/** One step: arm → act → all settled → disarm → take what was recorded. */

import type { ActResult } from '../../actors/actor.ts'
import type { Fired, HopId, Observed } from '../../wire/hop.ts'
import type { JsonObject } from '../../wire/json.ts'
import { fill, truthy, UnknownPath } from '../plan/expression.ts'
import { repeatName } from '../plan/http-repeat.ts'
import type { PlanStep } from '../plan/plan.ts'
import type { StageStep } from '../trace/trace.ts'
import type { Arming } from './arming.ts'
import { bounded } from './bounded.ts'
import type { Emit } from './events.ts'
import type { Queue } from './queue.ts'
import { scopeOf } from './scope.ts'
import type { Stage } from './stage.ts'
import { testbedActions } from './testbed-actions.ts'
import { type Waited, waitFor, waits, waitsAfter } from './wait.ts'

/** Who acts by themselves, in a case that waits for somebody. */
export interface Outside {
  queue: Queue | undefined
  arming: Arming
  /** Tells what they are to do. */
  emit: Emit
}

const SETTLE_MS = 3_000

/**
 * Runs one step and writes what came of it into its record.
 *
 * @returns the halves recorded meanwhile; none when the step is skipped
 * @throws StageBroken or Interrupted; then the halves are still to be had from the stage
 */
export async function runStep(
  step: PlanStep,
  stage: Stage,
  record: StageStep,
  outside: Outside,
): Promise<Observed[]> {
  const { input, reason } = prepare(step, stage, record)
  if (input === undefined) {
    await outside.arming.drop(step)
    Object.assign(record, { state: 'skipped', reason })
    return []
  }
  record.faults = step.faults.map(({ actor, inject }) => ({ actor, inject, fired: 0 }))
  const armed = await outside.arming.arm(step)
  let until: HopId[] | undefined
  let skipped: string | undefined
  try {
    const acted = await act(step, stage, input, outside)
    const { outputs, answer, stopped, loosened } = acted
    until = acted.until
    skipped = acted.skipped
    Object.assign(record, { outputs }, answer && { answer }, stopped && { stopped }, loosened && { loosened })
    await settled(stage, outside)
  } catch (error) {
    // Steps that run whatever happened must not run with the faults of this one.
    await Promise.allSettled(armed.map(({ actor, id }) => stage.actor(actor).disarm(id)))
    throw error
  }
  for (const { actor, id } of armed) {
    const fired = await stage.actor(actor).disarm(id)
    for (const fault of record.faults) if (fault.actor === actor) fault.fired = count(fired, fault.inject)
  }
  const halves = await taken(step, stage, outside, until)
  stage.sent.keep(step.id, halves)
  noteLifelongFaults(stage, record, halves)
  Object.assign(
    record,
    skipped === undefined ? { state: 'ran' } : { state: 'skipped', reason: skipped, faults: [] },
  )
  return halves
}

/** Fills the step's input. @returns what its action gets, or why the step is skipped */
function prepare(
  step: PlanStep,
  stage: Stage,
  record: StageStep,
): { input: JsonObject; reason?: never } | { input?: never; reason: string } {
  const scope = scopeOf(stage.record)
  try {
    if (step.if !== undefined && !truthy(step.if, scope))
      return { reason: `its condition does not hold: ${step.if}` }
    record.input = step.awaits ? known(step.with, scope) : (fill(step.with, scope) as JsonObject)
  } catch (error) {
    if (error instanceof UnknownPath) return { reason: `its input cannot be filled: ${error.message}` }
    throw error
  }
  if (step.uses !== repeatName) return { input: record.input }
  const input = stage.sent.resolve(record.input, stage.record)
  return typeof input === 'string' ? { reason: input } : { input }
}

/** Of who acts by itself not everything is known that an actor of ours would be told. */
function known(input: JsonObject, scope: JsonObject): JsonObject {
  const entries = Object.entries(input).flatMap(([key, value]) => {
    try {
      return [[key, fill(value, scope)] as const]
    } catch (error) {
      if (error instanceof UnknownPath) return []
      throw error
    }
  })
  return Object.fromEntries(entries)
}

/** Somebody outside may keep a request open for as long as they like. */
async function settled(stage: Stage, { queue }: Outside): Promise<void> {
  if (!queue) return stage.settled()
  const late = new Error('late')
  await bounded(stage.settled(), SETTLE_MS, () => late).catch((error) => {
    if (error !== late) throw error
  })
}

/** What belongs to the step. What came from outside stays for a later step that waits for it. */
async function taken(
  step: PlanStep,
  stage: Stage,
  { queue }: Outside,
  until: HopId[] = [],
): Promise<Observed[]> {
  const recorded = await stage.take()
  if (!queue) return recorded
  queue.add(recorded)
  if (until.length > 0) return queue.takeUntil(until)
  return waitsAfter(step, stage.plan) ? queue.takeOurs() : queue.takeAll()
}

async function act(
  step: PlanStep,
  stage: Stage,
  input: JsonObject,
  { queue, emit }: Outside,
): Promise<ActResult & Partial<Pick<Waited, 'until' | 'skipped'>>> {
  if (queue && waits(step)) return waitFor(step, stage, queue, input, emit)
  const testbedAction = testbedActions[step.uses]
  if (testbedAction) return { outputs: await testbedAction(stage, step.id, input) }
  return stage.actor(step.actor ?? '').act(step.uses, input, step.timeoutMs)
}

/** A hop shows which faults fired in it, so that whole-life faults are seen on the steps in which they did. */
function noteLifelongFaults(stage: Stage, record: StageStep, halves: Observed[]): void {
  for (const { actor, inject } of stage.record.faults) {
    if (record.faults.some((fault) => fault.actor === actor && fault.inject === inject)) continue
    const shown = halves.flatMap((half) => (half.actor === actor ? (half.faults ?? []) : []))
    const fired = count(shown, inject)
    if (fired > 0) record.faults.push({ actor, inject, fired })
  }
}

const count = (fired: Fired[], inject: string): number => fired.filter((one) => one.fault === inject).length
