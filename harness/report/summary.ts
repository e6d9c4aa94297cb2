/** The end of the report: first what makes a pass hollow, then the counts, last where the result lies. */
import { join } from 'node:path'
import type { CaseResult, Result, RuleFinding } from '../result.ts'
import { type Paint, plural, type Style } from './paint.ts'

/** Lines that a reader of a green run must not miss. */
export function hollow({ cases }: Result): string[] {
  return [
    ...cases.flatMap(idleFaults),
    ...cases.flatMap(unobserved),
    ...warnings(cases),
    ...unjudged(cases),
    ...skipped(cases),
  ]
}

function idleFaults({ id, idle, steps }: CaseResult): string[] {
  const all = [
    ...idle.map((fault) => ({ ...fault, step: undefined })),
    ...steps.flatMap((step) => step.idle.map((fault) => ({ ...fault, step: step.id }))),
  ]
  return all.map(
    ({ actor, inject, step }) =>
      `fault ${inject} of ${actor} never fired (${step === undefined ? id : `${id} ${step}`})`,
  )
}

function unobserved(one: CaseResult): string[] {
  return one.unobserved.map(
    (name) => `${name} ran elsewhere and was seen only from the other end (${one.id})`,
  )
}

function warnings(cases: CaseResult[]): string[] {
  const steps = cases.flatMap((one) => one.steps.map((step) => ({ one, step })))
  const said = ({ expected, seen }: { expected?: string; seen?: string }) =>
    `expected ${expected}, saw ${seen}`
  return [
    ...steps.flatMap(({ one, step }) =>
      step.expectations
        .filter(({ verdict }) => verdict === 'warned')
        .map((warned) => `${warned.level}: ${said(warned)} (${one.id} ${step.id})`),
    ),
    ...cases.flatMap((one) =>
      one.rules.flatMap(({ id, strength, findings }) =>
        findings
          .filter(({ verdict }) => verdict === 'warned')
          .map((finding: RuleFinding) => `${id} ${strength}: ${finding.actor} ${said(finding)} (${one.id})`),
      ),
    ),
  ]
}

/** By class: a long list would hide the rest. */
function unjudged(cases: CaseResult[]): string[] {
  const hops = cases.flatMap((one) => one.hops)
  const none = hops.filter(({ rules }) => rules.length === 0)
  if (none.length === 0) return []
  const classes = [...Map.groupBy(none, (hop) => hop.class)].map(([name, some]) => `${some.length} ${name}`)
  return [`${none.length} of ${plural(hops.length, 'hop')} were judged by no rule: ${classes.join(', ')}`]
}

/** Steps that did not run in a case that did; where the case did not pass they only follow from what is said above. */
function skipped(cases: CaseResult[]): string[] {
  return cases
    .filter(({ verdict }) => verdict !== 'skipped')
    .flatMap(({ id, steps, verdict }) => {
      const left = steps.filter((step) => step.verdict === 'skipped')
      if (verdict === 'passed')
        return left.map((step) => `step ${step.id} did not run: ${step.reason} (${id})`)
      const names = left.map((step) => step.id).join(', ')
      return left.length > 0
        ? [`${plural(left.length, 'step')} did not run after that: ${names} (${id})`]
        : []
    })
}

export function counts({ summary, cases }: Result, paint: Paint): string[] {
  const { passed, failed, skipped: left, errored, rules } = summary
  const part = (count: number, word: string, style: Style) =>
    count > 0 ? [paint(style, `${count} ${word}`)] : []
  const verdicts = [
    ...part(failed, 'failed', 'red'),
    ...part(errored, 'errored', 'magenta'),
    ...part(left, 'skipped', 'yellow'),
    ...part(passed, 'passed', 'green'),
  ]
  const hops = cases.flatMap((one) => one.hops)
  const both = hops.filter(({ sides }) => sides.length === 2).length
  const provoked = cases.flatMap((one) => one.rules).filter(isProvoked).length
  const row = (label: string, count: number, text: string) =>
    `${paint('dim', label.padEnd(6))} ${String(count).padStart(4)}${text ? `  ${text}` : ''}`
  return [
    row('cases', summary.cases, verdicts.join(', ')),
    row('steps', summary.steps, ''),
    row('hops', summary.hops, summary.hops > 0 ? `${both} seen from both ends` : ''),
    row(
      'rules',
      rules.met + rules.broken + rules.warned + rules.untouched,
      [
        ...part(rules.broken, `broken${provoked > 0 ? ` (${provoked} by a declared fault)` : ''}`, 'red'),
        ...part(rules.warned, 'warned', 'yellow'),
        ...part(rules.met, 'met', 'green'),
        ...part(rules.untouched, 'untouched', 'dim'),
      ].join(', '),
    ),
  ]
}

/** Broken, but only where the scenario made its sender break it. */
function isProvoked({ verdict, findings }: CaseResult['rules'][number]): boolean {
  return verdict === 'broken' && findings.every((finding) => finding.verdict !== 'broken' || finding.provoked)
}

export function where(outputDir: string): string {
  return join(outputDir, 'result.json')
}
