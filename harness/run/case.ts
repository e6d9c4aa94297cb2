/** One case from its first address to its last socket. */
import type { Observed } from '../../wire/hop.ts'
import type { PlanCase, PlanStep } from '../plan/plan.ts'
import { pairHalves } from '../trace/pair.ts'
import type { StageCase, StageStep } from '../trace/trace.ts'
import { Arming } from './arming.ts'
import { BEFORE } from './enrol.ts'
import type { Emit } from './events.ts'
import type { RunKit } from './kit.ts'
import { Stage } from './stage.ts'
import { messageOf, StageBroken } from './stage-broken.ts'
import { runStep } from './step.ts'
import { queueOf } from './wait.ts'

/** Step of the halves that were recorded after the last step. No step id has brackets. */
const AFTER = '(end)'

/** Never throws: a stage that broke is a case with `broke`. An abort ends the open step and closes everything. */
export async function runCase(
  plan: PlanCase,
  kit: RunKit,
  emit: Emit,
  signal?: AbortSignal,
): Promise<StageCase> {
  const began = performance.now()
  const record = blankCase(plan)
  emit({ type: 'case-started', case: plan.id })
  if (plan.skip === undefined) await play(plan, record, kit, emit, signal)
  for (const step of plan.steps.slice(record.steps.length)) record.steps.push(notReached(step.id, plan.skip))
  record.ms = msSince(began)
  emit({ type: 'case-ended', case: plan.id, stage: record })
  return record
}

async function play(
  plan: PlanCase,
  record: StageCase,
  kit: RunKit,
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stage = new Stage(plan, record, kit, signal)
  const queue = await queueOf(plan, record)
  const arming = new Arming(stage)
  const append = (step: string, halves: Observed[]) => {
    if (halves.length === 0) return
    const actors = Object.fromEntries(
      Object.entries(record.actors).map(([name, { url }]) => [name, { origin: url }]),
    )
    emit({ type: 'hops', case: plan.id, halves: pairHalves(halves, { case: plan.id, step, actors }) })
  }
  const broken = (error: unknown, step?: string) => {
    record.broke ??= {
      ...(error instanceof StageBroken && error.actor !== undefined ? { actor: error.actor } : {}),
      ...(step === undefined ? {} : { step }),
      message: messageOf(error),
    }
  }
  const playStep = async (step: PlanStep) => {
    const stepRecord = blankStep(step.id)
    record.steps.push(stepRecord)
    emit({ type: 'step-started', case: plan.id, step: step.id })
    const began = performance.now()
    try {
      const halves = await runStep(step, stage, stepRecord, { queue, arming, emit })
      append(step.id, halves)
      await stage.survived(halves)
    } catch (error) {
      stepRecord.reason = messageOf(error)
      broken(error, step.id)
    } finally {
      stepRecord.ms = msSince(began)
      emit({ type: 'step-ended', case: plan.id, step: stepRecord })
    }
  }
  let current = BEFORE
  try {
    await stage.open()
    append(BEFORE, await stage.take())
    for (const step of plan.steps) {
      if (record.broke && (!step.finally || signal?.aborted)) {
        record.steps.push(notReached(step.id))
        continue
      }
      // What a step that broke had recorded belongs to it, not to the step that runs all the same.
      if (record.broke) {
        append(current, [...(queue?.takeAll() ?? []), ...(await stage.salvage())])
        await arming.dropAll()
      }
      current = step.id
      await playStep(step)
    }
    if (!record.broke) {
      current = AFTER
      await stage.disarm()
    }
  } catch (error) {
    broken(error)
  } finally {
    // What an open step had recorded, and what closing made of its open hops.
    const closed = await stage.close()
    append(current, [...(queue?.takeAll() ?? []), ...closed])
  }
}

/** A case that never came to run, for example because its worker process died. */
export function brokenCase(plan: PlanCase, message: string): StageCase {
  const steps = plan.steps.map(({ id }) => notReached(id))
  return { ...blankCase(plan), steps, broke: { message } }
}

export function blankCase(plan: PlanCase): StageCase {
  const now = Date.now()
  return {
    case: plan.id,
    seed: plan.seed,
    startedAt: new Date(now).toISOString(),
    clockOffsetMs: plan.clock === undefined ? 0 : Date.parse(plan.clock) - now,
    clockChanges: [],
    actors: {},
    issued: [],
    revoked: [],
    steps: [],
    faults: [],
    ms: 0,
  }
}

/** Until it has run to its end, a step has not run. */
export const blankStep = (id: string): StageStep => ({
  id,
  state: 'errored',
  input: {},
  outputs: {},
  faults: [],
  ms: 0,
})

const notReached = (id: string, reason = 'not reached'): StageStep => ({
  ...blankStep(id),
  state: 'skipped',
  reason,
})

const msSince = (began: number): number => Math.round((performance.now() - began) * 100) / 100
