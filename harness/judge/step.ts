/** One step: its expectations, those that nobody has to write down, and the faults that it declared. */
import type { Json, JsonObject } from '../../wire/json.ts'
import { redactText } from '../../wire/redact.ts'
import { BadExpression, fill, UnknownPath } from '../plan/expression.ts'
import type { PlanExpectation, PlanStep } from '../plan/plan.ts'
import type { ExpectationResult, StepResult } from '../result.ts'
import { NOT_COME, type StageCase, type StageStep } from '../trace/trace.ts'
import { elsewhereIn } from './elsewhere.ts'
import { causeAt, type Outcome, type Scene } from './expect/expect.ts'
import { expectations } from './expect/index.ts'
import { unjudged } from './expect/unjudged.ts'
import type { Hop } from './hops.ts'
import { answerOf, redirectOf } from './words.ts'

/**
 * @param hops those of the step
 * @param scope of `${{ }}`
 * @param broken id of an earlier step that did not do what it should
 */
export function judgeStep(
  plan: PlanStep,
  stage: StageCase,
  hops: Hop[],
  scope: JsonObject,
  broken?: string,
): StepResult {
  const step = stage.steps.find(({ id }) => id === plan.id)
  const about = {
    id: plan.id,
    name: plan.name ?? plan.id,
    ...(plan.actor !== undefined && { actor: plan.actor }),
    uses: plan.uses,
    at: plan.at,
    source: redactText(plan.source),
  }
  if (step?.state !== 'ran') {
    const verdict = step?.state ?? 'skipped'
    const reason = redactText(step?.reason ?? 'the case ended before it')
    return { ...about, verdict, reason, expectations: [], idle: [] }
  }
  const answer = hops.find(({ id }) => id === step.answer)
  const notJudged = spared(plan, step, answer, broken)
  if (notJudged) return { ...about, ...notJudged, expectations: [], idle: [] }
  const scene: Scene = { stage, step, hops, ...(answer && { answer }) }
  const unsaid = unspoken(plan, scene)
  // Where the actor stopped before it asked anybody, there is nothing that the expectations could look at.
  const nothingAsked = unsaid.length > 0 && hops.length === 0
  const results = [
    ...unsaid,
    ...(nothingAsked ? [] : plan.expect.map((one) => judgeExpectation(one, scene, scope, plan))),
  ]
  const idle = step.faults.filter(({ fired }) => fired === 0).map(({ actor, inject }) => ({ actor, inject }))
  const failed = idle.length > 0 || results.some(({ verdict }) => verdict === 'broken')
  const away = failed ? unreachedBehind(hops, stage) : undefined
  if (away !== undefined)
    return { ...about, verdict: 'errored', reason: redactText(away), expectations: [], idle: [] }
  const loosened = step.loosened?.map(({ check, message }) => redactText(`${check}: ${message}`))
  const verdict = failed ? 'failed' : 'passed'
  return { ...about, verdict, expectations: results, ...(loosened && { loosened }), idle }
}

/** A step that could not be what its author meant, because of what is reported elsewhere already. */
function spared(
  { expect }: PlanStep,
  { stopped }: StageStep,
  answer: Hop | undefined,
  broken: string | undefined,
): Pick<StepResult, 'verdict' | 'reason'> | undefined {
  if (!stopped || expect.some(({ kind }) => kind === 'stopped')) return undefined
  const unreached = answer && unreachable(answer)
  if (unreached) return { verdict: 'errored', reason: redactText(`${unreached} ${stopped.message}`) }
  if (broken === undefined || !lacking.includes(stopped.check)) return undefined
  return { verdict: 'skipped', reason: redactText(`step ${broken} went wrong. ${stopped.message}`) }
}

/** Where an actor stops that has not got what an earlier step should have given; or does not come any more. */
const lacking: string[] = ['missing-input', 'registered-before-data', 'callback-error', NOT_COME]

/** Nobody broke a rule where no connection came to stand: the stage is at fault. */
function unreachable({ to, error }: Hop): string | undefined {
  const why = { dns: 'has no address', connect: 'cannot be reached', tls: 'is not trusted at the TLS layer' }
  const phase = error?.phase
  if (phase !== 'dns' && phase !== 'connect' && phase !== 'tls') return undefined
  return `${to ?? 'the other end'} ${why[phase]}:`
}

/** Whoever was asked may have asked somebody elsewhere in vain: then what it answers follows from that. */
function unreachedBehind(hops: Hop[], stage: StageCase): string | undefined {
  const elsewhere = elsewhereIn(stage)
  const hop = hops.find((one) => one.to !== undefined && elsewhere.includes(one.to) && unreachable(one))
  return hop && `${unreachable(hop)} ${hop.error?.message ?? hop.error?.code}`
}

function judgeExpectation(
  one: PlanExpectation,
  scene: Scene,
  scope: JsonObject,
  plan: PlanStep,
): ExpectationResult {
  const { id, kind, level, refs, hint, at, source } = one
  const { outcome, why } = outcomeOf(one, scene, scope, plan)
  return {
    id,
    kind,
    level,
    ...(why === undefined ? verdictOf(outcome, level) : notJudged(outcome, why)),
    ...(outcome === true && scene.answer && { hop: scene.answer.id }),
    refs,
    ...(hint !== undefined && { hint }),
    at,
    source: redactText(source),
  }
}

/** @returns also why the outcome says nothing, if it does not */
function outcomeOf(
  { kind, value }: PlanExpectation,
  scene: Scene,
  scope: JsonObject,
  plan: PlanStep,
): { outcome: Outcome; why?: string | undefined } {
  let filled: Json
  try {
    filled = fill(value, scope)
  } catch (error) {
    if (!(error instanceof UnknownPath || error instanceof BadExpression)) throw error
    const outcome = { expected: `a value for ${kind}`, seen: error.message }
    // Of who acts by itself only that is known which it said.
    const [free] = elsewhereIn(scene.stage)
    return { outcome, why: free === undefined ? undefined : `${free} acts by itself` }
  }
  const outcome = expectations[kind](filled, scene, value)
  return { outcome, why: unjudged({ kind }, filled, outcome, scene, plan) }
}

function notJudged(outcome: Outcome, why: string) {
  const expected = outcome === true ? {} : { expected: outcome.expected }
  return { verdict: 'unjudged' as const, ...expected, seen: `not judged: ${why}` }
}

function verdictOf(outcome: Outcome, level: ExpectationResult['level']) {
  if (outcome === true) return { verdict: 'met' as const }
  return { verdict: level === 'must' ? ('broken' as const) : ('warned' as const), ...outcome }
}

/** A step must not pass because nobody said that its actor should go on and not be refused. */
function unspoken(plan: PlanStep, { step, answer }: Scene): ExpectationResult[] {
  const spoken = (...kinds: string[]) => plan.expect.some(({ kind }) => kinds.includes(kind))
  const about = {
    level: 'must' as const,
    verdict: 'broken' as const,
    at: plan.at,
    source: redactText(plan.source),
  }
  const hop = answer && causeAt(answer)
  if (step.stopped && (step.stopped.check === NOT_COME || !spoken('stopped')))
    return [{ ...about, ...notStopped(plan, step, answer), ...(hop && { hop: hop.hop }) }]
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

function notStopped({ id, actor }: PlanStep, { stopped }: StageStep, answer: Hop | undefined) {
  const { check, message, refs } = stopped!
  const about = { id: `${id}/not-stopped`, kind: 'not-stopped' as const, refs }
  const cause = [redactText(message), answer && redirectOf(answer)].filter(Boolean).join(' ')
  if (check === NOT_COME)
    return { ...about, expected: 'what it waits for to come', seen: 'nothing of the kind', cause }
  return { ...about, expected: `${actor ?? 'the actor'} to go on`, seen: `it stopped at "${check}"`, cause }
}
