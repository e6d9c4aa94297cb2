/**
 * Plan + stage + trace → result. Pure: no network, no actor, no clock, so that a saved folder judged again
 * gives the same result, byte for byte.
 */
import type { Spec } from '../../spec/types.ts'
import { redactText } from '../../wire/redact.ts'
import type { Plan, PlanCase } from '../plan/plan.ts'
import { attemptsOf } from '../plan/repeat.ts'
import type { CaseResult, HopResult, Result, RuleResult, StepResult, Verdict } from '../result.ts'
import { summarize } from '../summary.ts'
import type { HalvesOf } from '../trace/by-case.ts'
import type { HalfHop, Stage, StageCase } from '../trace/trace.ts'
import { clocksIn } from './clocks.ts'
import { elsewhereIn } from './elsewhere.ts'
import { type Hop, hopsOf } from './hops.ts'
import { realDataIn } from './real-data.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules/index.ts'
import { fails, judgeRules } from './rules.ts'
import { scopeOf } from './scope.ts'
import { judgeStep } from './step.ts'
import { short } from './words.ts'

export interface Evidence {
  plan: Plan
  stage: Stage
  trace: HalfHop[]
  spec: Spec
}

/** With the halves of one case at a time, where all of them may be more than the memory. */
export type LongEvidence = Omit<Evidence, 'trace'> & { trace: HalvesOf }

/** @param by the rules to judge by: all, unless somebody asks what one of them is worth */
export function judge({ plan, stage, trace, spec }: Evidence | LongEvidence, by: Rule[] = rules): Result {
  const halvesOf = typeof trace === 'function' ? trace : grouped(trace)
  const stages = new Map(stage.cases.map((one) => [one.case, one]))
  const cases = plan.cases.map((one) => {
    const attempts = attemptsOf(one, (id) => stages.has(id))
    const last = attempts.at(-1) ?? one
    const result = judgeCase(last, stages.get(last.id), halvesOf(last.id), spec, by)
    return { ...result, attempts: result.attempts * attempts.length }
  })
  return { result: 1, summary: summarize(cases, by.length), cases, requirements: requirementsOf(cases, spec) }
}

function grouped(trace: HalfHop[]): HalvesOf {
  const halves = Map.groupBy(trace, (half) => half.case)
  return (id) => halves.get(id) ?? []
}

export function judgeCase(
  plan: PlanCase,
  stage: StageCase | undefined,
  halves: HalfHop[],
  spec: Spec,
  by: Rule[] = rules,
): CaseResult {
  const { id, name, at } = plan
  const about = { id, name, file: at.file, line: at.line }
  if (plan.skip !== undefined || !stage) {
    const reason = plan.skip ?? 'it was not run: the run ended before it'
    const steps = plan.steps.map((step) => notRun(step, reason))
    return {
      ...about,
      verdict: 'skipped',
      reason,
      attempts: 0,
      steps,
      hops: [],
      rules: [],
      idle: [],
      unobserved: [],
      ms: 0,
    }
  }
  const hops = hopsOf(halves, stage.actors)
  const scope = scopeOf(plan, stage)
  const steps: StepResult[] = []
  for (const step of plan.steps) {
    const own = hops.filter((hop) => hop.step === step.id)
    const broken = steps.find(({ verdict }) => verdict === 'failed' || verdict === 'errored')?.id
    steps.push(judgeStep(step, stage, own, scope, broken))
  }
  const { results, byHop } = judgeRules(by, hops, plan, stage, spec)
  const realData = realDataIn(hops, stage)
  const clocks = clocksIn(hops, stage.actors)
  const idle = stage.faults.filter(({ fired }) => fired === 0).map(({ actor, inject }) => ({ actor, inject }))
  return {
    ...about,
    ...verdictOf(plan, stage, steps, results, idle.length > 0),
    attempts: 1,
    steps,
    hops: hops.map((hop) => hopResult(hop, byHop.get(hop.id) ?? [], clocks.get(hop.id))),
    rules: results,
    idle,
    unobserved: unobserved(stage, halves),
    ...(realData.length > 0 && { realData }),
    ms: stage.ms,
  }
}

function verdictOf(
  plan: PlanCase,
  { broke }: StageCase,
  steps: StepResult[],
  ruled: RuleResult[],
  idle: boolean,
): { verdict: Verdict; reason?: string } {
  if (broke) {
    const where = [broke.actor, broke.step].filter((part) => part !== undefined).join(', ')
    return { verdict: 'errored', reason: redactText(`${where ? `${where}: ` : ''}${broke.message}`) }
  }
  if (idle || ruled.some(fails) || steps.some(({ verdict }) => verdict === 'failed'))
    return { verdict: 'failed' }
  const errored = steps.find(({ verdict }) => verdict === 'errored')
  if (errored) return { verdict: 'errored', reason: `step ${errored.id}: ${errored.reason}` }
  // Without an `if` a step is skipped only because an earlier one left out what it needs.
  const starved = steps.find(
    ({ verdict }, index) => verdict === 'skipped' && plan.steps[index]?.if === undefined,
  )
  if (starved) return { verdict: 'failed', reason: `step ${starved.id} did not run: ${starved.reason}` }
  return { verdict: 'passed' }
}

function notRun({ id, name, uses, at, source }: PlanCase['steps'][number], reason: string): StepResult {
  return {
    id,
    name: name ?? id,
    uses,
    at,
    source: redactText(source),
    verdict: 'skipped',
    reason,
    expectations: [],
    idle: [],
  }
}

function hopResult(hop: Hop, rules: string[], clocks: string | undefined): HopResult {
  const { id, step, from, to, inferred, roles, request, response, error, ms, faults } = hop
  return {
    id,
    step,
    ...(from && { from }),
    ...(to && { to }),
    ...(inferred && { inferred }),
    class: hop.class,
    roles,
    method: request?.method ?? '',
    url: short(redactText(request?.url ?? ''), 500),
    ...(response && { status: response.status }),
    ...(error && { error: `${error.code} (${error.phase})` }),
    ...(clocks !== undefined && { clocks }),
    ms,
    sides: [...(hop.client ? (['client'] as const) : []), ...(hop.server ? (['server'] as const) : [])],
    faults,
    rules,
  }
}

/** Actors somewhere else whose own halves nobody recorded. */
function unobserved(stage: StageCase, halves: HalfHop[]): string[] {
  const recording = new Set(halves.map(({ actor }) => actor))
  return elsewhereIn(stage).filter((name) => !recording.has(name))
}

/** Everything that is referred to, in the catalogue's order. */
function requirementsOf(cases: CaseResult[], { requirements }: Spec): Result['requirements'] {
  const refs = new Set(
    cases.flatMap((one) => [
      ...one.rules.map(({ id }) => id),
      ...one.steps.flatMap((step) => step.expectations.flatMap((expectation) => expectation.refs)),
    ]),
  )
  const rows = requirements.filter(({ id }) => refs.has(id))
  return Object.fromEntries(
    rows.map(({ id, strength, page, section, text }) => [id, { strength, page, section, text }]),
  )
}
