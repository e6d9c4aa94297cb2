/** Failures in full: expected and seen, the line, the hop, the cause, the rule, what to try, how to see it again. */
import { join } from 'node:path'
import type { CaseResult, HopResult, Result } from '../result.ts'
import type { Stage } from '../trace/trace.ts'
import { marks } from './case-line.ts'
import { sidesOf } from './hops.ts'
import { milliseconds, type Paint } from './paint.ts'
import { type Problem, problemsOf } from './problems.ts'

export interface FailureOptions {
  /** The folder that holds the run's files, as the user named it. */
  outputDir: string
  /** What the user calls the testbed. */
  called: string
  /** Flags of the run that decide what its cases do, for the command that runs one of them again. */
  flags: string[]
}

export function failures(result: Result, stage: Stage, options: FailureOptions, paint: Paint): string[] {
  return result.cases.flatMap((one) => {
    const lines = failuresOf(one, result, stage, options, paint)
    if (lines.length === 0) return []
    const { sign, style } = marks[one.verdict]
    return [
      `${paint(style, `${sign} ${one.name}`)}  ${paint('dim', `${one.file}:${one.line}`)}`,
      ...lines,
      '',
    ]
  })
}

/** What went wrong in one case, without its name. */
export function failuresOf(
  one: CaseResult,
  result: Result,
  stage: Stage,
  { outputDir, called, flags }: FailureOptions,
  paint: Paint,
): string[] {
  const problems = problemsOf(one)
  if (problems.length === 0) return []
  const blocks = problems.flatMap((problem, index) => {
    // A hop that several expectations failed at is shown with the first.
    const hop =
      problem.hop === problems[index - 1]?.hop ? undefined : one.hops.find(({ id }) => id === problem.hop)
    const about = [
      ...excerpt(problem, paint),
      ...hopRows(problem, hop, paint),
      ...advice(problem, result, paint),
    ]
    const see = hop ? [row(paint, 'see', `grep ${hop.id} ${quote(join(outputDir, 'trace.jsonl'))}`)] : []
    return ['', `  ${paint('bold', String(index + 1))}  ${problem.headline}`, '', ...about, ...see]
  })
  return [...blocks, '', row(paint, 'again', again(one, stage, called, flags))]
}

function hopRows({ hop: id, cause }: Problem, hop: HopResult | undefined, paint: Paint): string[] {
  const why = cause !== undefined && (hop || id === undefined) ? [row(paint, 'cause', cause)] : []
  if (!hop) return why
  const faults = hop.faults.length > 0 ? [row(paint, 'faults', hop.faults.join(', '))] : []
  const clocks = hop.clocks === undefined ? [] : [row(paint, 'clock', hop.clocks)]
  return [row(paint, 'hop', hopLine(hop)), ...faults, ...why, ...clocks]
}

function advice({ refs, hint }: Problem, { requirements }: Result, paint: Paint): string[] {
  const rules = refs.map((id) => {
    const rule = requirements[id]
    return row(paint, 'rule', rule ? `${paint('bold', `${id} ${rule.strength}`)}  ${rule.text}` : id)
  })
  return [...rules, ...(hint === undefined ? [] : [row(paint, 'try', hint)])]
}

function row(paint: Paint, label: string, text: string): string {
  return `     ${paint('dim', label.padEnd(6))} ${text}`
}

/** The line as it stands in the file, with a caret below its column. */
function excerpt({ at: { file, line, column }, source }: Problem, paint: Paint): string[] {
  const place = `     ${paint('cyan', `${file}:${line}:${column}`)}`
  if (source.trim() === '') return [place]
  const indent = source.length - source.trimStart().length
  const number = String(line)
  const bar = paint('dim', '│')
  const caret = `${' '.repeat(Math.max(0, column - 1 - indent))}${paint('red', '^')}`
  return [
    place,
    `     ${paint('dim', number)} ${bar} ${source.trim()}`,
    `     ${' '.repeat(number.length)} ${bar} ${caret}`,
  ]
}

function hopLine(hop: HopResult): string {
  const { from, to, method, url, status, error, ms } = hop
  const answer = status ?? error ?? 'no answer'
  const parts = [`${from ?? '?'} → ${to ?? '?'}`, hop.class, `${method} ${url}`, String(answer)]
  return [...parts, milliseconds(ms), sidesOf(hop)].join('  ')
}

/** The seed makes the ids of the repeated run the same. */
function again({ id, file, line }: CaseResult, stage: Stage, called: string, flags: string[]): string {
  const seed = stage.cases.find((one) => one.case === id)?.seed
  const all = [`${file}:${line}`, ...flags, ...(seed === undefined ? [] : ['--seed', seed])]
  return `${called} run ${all.map(quote).join(' ')}`
}

/** As a shell takes it. */
function quote(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
