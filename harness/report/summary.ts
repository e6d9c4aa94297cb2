/** The end of the report: first what makes a pass hollow, then the counts, last where the result lies. */
import { join } from 'node:path'
import type { Json } from '../../wire/json.ts'
import type { CaseResult, Result } from '../result.ts'
import type { Stage } from '../trace/trace.ts'
import { type Paint, plural, type Style } from './paint.ts'

const few = 4

/** Lines that a reader of a green run must not miss. */
export function hollow({ cases }: Result, stage: Stage): string[] {
  return [
    ...realData(cases),
    ...cases.flatMap(idleFaults),
    ...unobserved(cases),
    ...flaky(cases),
    ...policies(stage),
    ...loosened(cases),
    ...warnings(cases),
    ...unseen(cases),
    ...unjudged(cases),
    ...skipped(cases),
  ]
}

/** Once a system: it comes first, as it must not be overlooked. */
export function realData(cases: CaseResult[]): string[] {
  const found = cases.flatMap((one) => (one.realData ?? []).map((data) => ({ ...data, where: one.id })))
  return [...Map.groupBy(found, ({ actor }) => actor)].map(([actor, [first]]) => {
    const what = `${actor} may hold data of real people: ${first!.why}`
    return `${what}. Stop using it, and delete the output folder (${first!.where}, hop ${first!.hop})`
  })
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

function unobserved(cases: CaseResult[]): string[] {
  return grouped(
    cases.flatMap(({ id, unobserved: names }) =>
      names.map((name) => ({
        text: `${name} ran elsewhere and was seen only from the other end`,
        where: id,
      })),
    ),
  )
}

function warnings(cases: CaseResult[]): string[] {
  const said = ({ expected, seen }: { expected?: string; seen?: string }) =>
    `expected ${expected}, saw ${seen}`
  const steps = cases.flatMap((one) => one.steps.map((step) => ({ one, step })))
  const rules = cases.flatMap((one) => one.rules.map((rule) => ({ one, rule })))
  return grouped([
    ...steps.flatMap(({ one, step }) =>
      step.expectations
        .filter(({ verdict }) => verdict === 'warned')
        .map((warned) => ({ text: `${warned.level}: ${said(warned)}`, where: `${one.id} ${step.id}` })),
    ),
    ...rules.flatMap(({ one, rule: { id, findings } }) =>
      findings
        .filter(({ verdict, provoked }) => verdict === 'warned' && !provoked)
        .map((finding) => ({
          text: `${id} ${finding.strength}: ${finding.actor} ${said(finding)}`,
          where: one.id,
        })),
    ),
  ])
}

/** Expectations that nobody here could judge: they say nothing, for or against. */
function unseen(cases: CaseResult[]): string[] {
  const steps = cases.flatMap((one) => one.steps.map((step) => ({ one, step })))
  return grouped(
    steps.flatMap(({ one, step }) =>
      step.expectations
        .filter(({ verdict }) => verdict === 'unjudged')
        .map(({ seen = '' }) => ({ text: seen, where: `${one.id} ${step.id}` })),
    ),
  )
}

function flaky(cases: CaseResult[]): string[] {
  return cases
    .filter(({ verdict, attempts }) => verdict === 'passed' && attempts > 1)
    .map(({ name, attempts, id }) => `flaky: ${name} passed only at attempt ${attempts} (${id})`)
}

/** What the scenario tells an actor to do otherwise than it would: a pass under it says less, or more. */
function policies({ cases }: Stage): string[] {
  return grouped(
    cases.flatMap(({ case: id, actors }) =>
      Object.entries(actors).flatMap(([name, { policy }]) => {
        const keys = Object.entries(policy).map(([key, value]) => `${key}: ${inWords(value)}`)
        return keys.length > 0 ? [{ text: `${name} runs with policy ${keys.join(', ')}`, where: id }] : []
      }),
    ),
  )
}

/** What a policy let pass, and nobody shall take for good. */
function loosened(cases: CaseResult[]): string[] {
  return grouped(
    cases.flatMap((one) =>
      one.steps.flatMap(({ id, loosened: passed = [] }) =>
        passed.map((words) => ({ text: `let pass by policy: ${words}`, where: `${one.id} ${id}` })),
      ),
    ),
  )
}

/** The same words once, with the places where they hold. */
function grouped(said: { text: string; where: string }[]): string[] {
  return [...Map.groupBy(said, ({ text }) => text)].map(
    ([text, all]) => `${text} (${some([...new Set(all.map(({ where }) => where))])})`,
  )
}

const inWords = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

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
  const left = cases
    .filter(({ verdict }) => verdict !== 'skipped')
    .flatMap((one) => one.steps.filter(({ verdict }) => verdict === 'skipped').map((step) => ({ one, step })))
  const passed = left.filter(({ one }) => one.verdict === 'passed')
  const after = left.filter(({ one }) => one.verdict !== 'passed')
  const names = after.map(({ one, step }) => `${one.id} ${step.id}`)
  return [
    ...passed.map(({ one, step }) => `step ${step.id} did not run: ${step.reason} (${one.id})`),
    ...(names.length > 0
      ? [`${plural(names.length, 'step')} did not run after a failure: ${some(names)}`]
      : []),
  ]
}

/** The first few: a long list would hide the rest. */
function some(names: string[]): string {
  const rest = names.length - few
  return [...names.slice(0, few), ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

export function counts({ summary, cases }: Result, paint: Paint): string[] {
  const { passed, failed, skipped: left, errored, rules } = summary
  const part = (count: number, word: string, style: Style) =>
    count > 0 ? [paint(style, `${count} ${word}`)] : []
  const { flaky: retried } = summary
  const verdicts = [
    ...part(failed, 'failed', 'red'),
    ...part(errored, 'errored', 'magenta'),
    ...part(left, 'skipped', 'yellow'),
    ...part(passed, retried > 0 ? `passed (${retried} flaky)` : 'passed', 'green'),
  ]
  const hops = cases.flatMap((one) => one.hops)
  const both = hops.filter(({ sides }) => sides.length === 2).length
  const row = (label: string, count: number, text: string) =>
    `${paint('dim', label.padEnd(6))} ${String(count).padStart(4)}${text ? `  ${text}` : ''}`
  return [
    row('cases', summary.cases, verdicts.join(', ')),
    row('steps', summary.steps, ''),
    row('hops', summary.hops, summary.hops > 0 ? `${both} seen from both ends` : ''),
    row(
      'rules',
      Object.values(rules).reduce((sum, one) => sum + one, 0),
      [
        ...part(rules.broken, 'broken', 'red'),
        ...part(rules.warned, 'warned', 'yellow'),
        ...part(rules.met, 'met', 'green'),
        ...part(rules.used, 'used', 'green'),
        ...part(rules.unused, 'not used', 'dim'),
        ...part(rules.provoked, 'broken by a declared fault only', 'yellow'),
        ...part(rules.untouched, 'untouched', 'dim'),
      ].join(', '),
    ),
  ]
}

export function where(outputDir: string): string {
  return join(outputDir, 'result.json')
}
