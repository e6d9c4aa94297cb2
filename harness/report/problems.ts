/** Why a case did not pass: its broken expectations, rules and faults as one list, most telling first. */
import type { At } from '../plan/plan.ts'
import type { CaseResult, ExpectationResult, StepResult } from '../result.ts'

export interface Problem {
  /** What was expected and what was seen, in words. */
  headline: string
  at: At
  /** The file's text at that line; empty when the place is a whole step. */
  source: string
  hop?: string
  cause?: string
  refs: string[]
  hint?: string
}

export function problemsOf(result: CaseResult): Problem[] {
  const { steps, reason } = result
  return [
    ...(reason !== undefined && result.verdict !== 'skipped' ? [plain(result, reason)] : []),
    ...steps.flatMap((step) => [
      ...(result.verdict === 'failed' ? errored(step) : []),
      ...step.expectations
        .filter(({ verdict }) => verdict === 'broken')
        .map((one) => ofExpectation(step, one)),
      ...step.idle.map((fault) => idle(fault, `${step.id}: `, step.at, step.source)),
    ]),
    ...ofRules(result),
    ...result.idle.map((fault) => idle(fault, '', placeOf(result), '')),
  ]
}

/** At the step that it came to, where it came to one. */
function plain(result: CaseResult, reason: string): Problem {
  const { steps, verdict } = result
  const step =
    steps.find((one) => one.verdict === 'errored') ??
    (verdict === 'failed' ? steps.find((one) => one.verdict === 'skipped') : undefined)
  return { headline: reason, at: step?.at ?? placeOf(result), source: step?.source ?? '', refs: [] }
}

/** Where what failed later comes from, too. Of a case that errored it is the reason. */
const errored = ({ id, verdict, reason, at, source }: StepResult): Problem[] =>
  verdict === 'errored' ? [{ headline: `${id}: ${reason ?? verdict}`, at, source, refs: [] }] : []

function ofExpectation({ id }: StepResult, one: ExpectationResult): Problem {
  const { expected, seen, at, source, hop, cause, refs, hint } = one
  return {
    headline: `${id}: expected ${expected}, saw ${seen}`,
    at,
    source,
    ...(hop !== undefined && { hop }),
    ...(cause !== undefined && { cause }),
    refs,
    ...(hint !== undefined && { hint }),
  }
}

function ofRules(result: CaseResult): Problem[] {
  return result.rules.flatMap(({ id, findings }) =>
    findings
      .filter(({ verdict, provoked }) => verdict === 'broken' && !provoked)
      .map(({ hop, actor, role, expected, seen }) => {
        const step = stepOf(result, hop)
        return {
          headline: `${step?.id ?? '?'}: ${actor} (${role}) broke ${id}: expected ${expected}, saw ${seen}`,
          at: step?.at ?? placeOf(result),
          source: step?.source ?? '',
          hop,
          refs: [id],
        }
      }),
  )
}

function idle(
  { actor, inject }: { actor: string; inject: string },
  where: string,
  at: At,
  source: string,
): Problem {
  return {
    headline: `${where}expected the fault ${inject} of ${actor} to fire, saw that it never did`,
    at,
    source,
    refs: [],
    hint: inject.startsWith('skip/')
      ? `${actor} never got to refuse at this check: nothing wrong reached it, or an earlier check refused first.`
      : `${actor} never sent a ${inject.split('/')[0]} here: declare the fault at the step in which it does.`,
  }
}

function stepOf(result: CaseResult, hop: string): StepResult | undefined {
  const step = result.hops.find(({ id }) => id === hop)?.step
  return result.steps.find(({ id }) => id === step)
}

function placeOf({ file, line }: CaseResult): At {
  return { file, line, column: 1 }
}
