/** One step: its expectations, those that nobody has to write down, and the faults that it declared. */
import type { Json, JsonObject } from '../../wire/json.ts'
import { redactText } from '../../wire/redact.ts'
import { BadExpression, fill, UnknownPath } from '../plan/expression.ts'
import type { PlanExpectation, PlanStep } from '../plan/plan.ts'
import type { ExpectationResult, StepResult } from '../result.ts'
import type { StageCase, StageStep } from '../trace/trace.ts'
import { causeAt, type Outcome, type Scene } from './expect/expect.ts'
import { expectations } from './expect/index.ts'
import type { Hop } from './hops.ts'
import { answerOf } from './words.ts'

/** @param hops those of the step; @param scope of `${{ }}` */
export function judgeStep(plan: PlanStep, stage: StageCase, hops: Hop[], scope: JsonObject): StepResult {
  const step = stage.steps.find(({ id }) => id === plan.id)
  const about = { id: plan.id, name: plan.name ?? plan.id, uses: plan.uses, at: plan.at }
  if (step?.state !== 'ran') {
    const verdict = step?.state ?? 'skipped'
    const reason = redactText(step?.reason ?? 'the case ended before it')
    return { ...about, verdict, reason, expectations: [], idle: [] }
  }
  const answer = hops.find(({ id }) => id === step.answer)
  const scene: Scene = { stage, step, hops, ...(answer && { answer }) }
  const results = [...unspoken(plan, scene), ...plan.expect.map((one) => judgeExpectation(one, scene, scope))]
  const idle = step.faults.filter(({ fired }) => fired === 0).map(({ actor, inject }) => ({ actor, inject }))
  const failed = idle.length > 0 || results.some(({ verdict }) => verdict === 'broken')
  return { ...about, verdict: failed ? 'failed' : 'passed', expectations: results, idle }
}

function judgeExpectation(one: PlanExpectation, scene: Scene, scope: JsonObject): ExpectationResult {
  const { id, kind, level, refs, hint, at, source } = one
  const outcome = outcomeOf(one, scene, scope)
  return {
    id,
    kind,
    level,
    ...verdictOf(outcome, level),
    ...(outcome === true && scene.answer && { hop: scene.answer.id }),
    refs,
    ...(hint !== undefined && { hint }),
    at,
    source: redactText(source),
  }
}

function outcomeOf({ kind, value }: PlanExpectation, scene: Scene, scope: JsonObject): Outcome {
  let filled: Json
  try {
    filled = fill(value, scope)
  } catch (error) {
    if (!(error instanceof UnknownPath || error instanceof BadExpression)) throw error
    return { expected: `a value for ${kind}`, seen: error.message }
  }
  return expectations[kind](filled, scene)
}

function verdictOf(outcome: Outcome, level: ExpectationResult['level']) {
  if (outcome === true) return { verdict: 'met' as const }
  return { verdict: level === 'must' ? ('broken' as const) : ('warned' as const), ...outcome }
}

/** A step must not pass because nobody said that its actor should go on and not be refused. */
function unspoken(plan: PlanStep, { step, answer }: Scene): ExpectationResult[] {
  const spoken = (...kinds: string[]) => plan.expect.some(({ kind }) => kinds.includes(kind))
  const { at } = plan
  const about = { level: 'must' as const, verdict: 'broken' as const, at, source: '' }
  const hop = answer && causeAt(answer)
  if (step.stopped && !spoken('stopped'))
    return [{ ...about, ...notStopped(plan, step), ...(hop && { hop: hop.hop }) }]
  if (answer?.response && answer.response.status >= 400 && !spoken('status', 'stopped', 'redirect')) {
    const expected = 'no refusal, as the step expects none'
    return [
      {
        ...about,
        id: `${plan.id}/no-refusal`,
        kind: 'no-refusal',
        expected,
        seen: answerOf(answer),
        ...hop,
        refs: [],
      },
    ]
  }
  return []
}

function notStopped({ id, actor }: PlanStep, { stopped }: StageStep) {
  const { check, message, refs } = stopped!
  return {
    id: `${id}/not-stopped`,
    kind: 'not-stopped' as const,
    expected: `${actor ?? 'the actor'} to go on`,
    seen: `it stopped at "${check}"`,
    cause: redactText(message),
    refs,
  }
}
