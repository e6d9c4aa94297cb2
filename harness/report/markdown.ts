/** Markdown for a pull request or a job's summary: verdicts, failures, and who asked whom as a diagram. */
import type { CaseResult, Result } from '../result.ts'
import type { HalfHop, Stage } from '../trace/trace.ts'
import { marks } from './case-line.ts'
import { type FailureOptions, failuresOf } from './failures.ts'
import { sequenceDiagram } from './mermaid.ts'
import { milliseconds, painter } from './paint.ts'
import { counts, hollow } from './summary.ts'

export interface MarkdownOptions extends FailureOptions {
  /** Bytes that it may have. GitHub takes no more than 1 MiB a step. */
  limit: number
}

const plain = painter(false)
/** A longer table is folded away. */
const shown = 20

/** What does not fit is left out from the end on, and said so. */
export function markdownReport(
  result: Result,
  trace: HalfHop[],
  stage: Stage,
  options: MarkdownOptions,
): string {
  const warnings = hollow(result, stage).map((line) => `- ${escapeInline(line)}`)
  const bad = result.cases.filter(({ verdict }) => verdict === 'failed' || verdict === 'errored')
  const rest = result.cases.filter((one) => !bad.includes(one) && one.hops.length > 0)
  const sections = [
    [`## ${headline(result)}`],
    fenced('text', counts(result, plain)),
    ...(warnings.length > 0 ? [warnings] : []),
    table(result.cases),
    ...bad.map((one) => failure(one, result, trace, stage, options)),
    ...rest.map((one) => passed(one, trace, stage)),
  ]
  return within(options.limit, sections)
}

function headline({ summary }: Result): string {
  const { passed: good, failed, errored, skipped } = summary
  const parts = Object.entries({ failed, errored, skipped, passed: good }).filter(([, count]) => count > 0)
  return `${failed + errored > 0 ? '❌' : '✅'} udap-testbed: ${parts.map(([word, count]) => `${count} ${word}`).join(', ')}`
}

function failure(
  one: CaseResult,
  result: Result,
  trace: HalfHop[],
  stage: Stage,
  options: MarkdownOptions,
): string[] {
  const text = failuresOf(one, result, stage, options, plain)
  const head = `### ${marks[one.verdict].sign} ${escapeInline(one.name)}`
  return [
    head,
    '',
    code(`${one.file}:${one.line}`),
    '',
    ...fenced('text', text.slice(1)),
    '',
    ...diagram(one, trace, stage),
  ]
}

function passed(one: CaseResult, trace: HalfHop[], stage: Stage): string[] {
  const head = `${marks[one.verdict].sign} ${escapeHtml(one.name)}`
  return [`<details><summary>${head}</summary>`, '', ...diagram(one, trace, stage), '', '</details>']
}

function diagram(one: CaseResult, trace: HalfHop[], stage: Stage): string[] {
  const lines = sequenceDiagram(
    one,
    stage.cases.find(({ case: id }) => id === one.id),
    trace,
  )
  return lines.length > 0 ? fenced('mermaid', lines) : []
}

function table(cases: CaseResult[]): string[] {
  const rows = cases.map((one) => {
    const { name, file, line, verdict, attempts, hops, ms, reason } = one
    const flaky = verdict === 'passed' && attempts > 1 ? ` (attempt ${attempts})` : ''
    const why = verdict === 'skipped' ? `: ${reason}` : ''
    const cells = [
      `${marks[verdict].sign} ${verdict}${flaky}${escapeInline(why)}`,
      escapeInline(name),
      code(`${file}:${line}`).replaceAll('|', '\\|'),
      String(hops.length),
      milliseconds(ms),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const lines = ['| verdict | case | scenario | hops | time |', '| --- | --- | --- | ---: | ---: |', ...rows]
  if (cases.length <= shown) return lines
  return [`<details><summary>${cases.length} cases</summary>`, '', ...lines, '', '</details>']
}

function within(limit: number, sections: string[][]): string {
  const note = 'More did not fit: `result.json` has all of it.\n'
  const kept: string[] = []
  let left = limit - Buffer.byteLength(note)
  for (const section of sections) {
    const text = `${section.join('\n')}\n`
    left -= Buffer.byteLength(text) + 1
    if (left < 0) return [...kept, note].join('\n')
    kept.push(text)
  }
  return kept.join('\n')
}

/** A fence longer than any in the text, so that nothing in it ends the block. */
function fenced(language: string, lines: string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestTicks(lines.join('\n')) + 1))
  return [`${fence}${language}`, ...lines, fence]
}

function code(text: string): string {
  const ticks = '`'.repeat(longestTicks(text) + 1)
  return ticks.length > 1 ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`
}

const longestTicks = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([found]) => found.length))

/** Names and answers come from anywhere: no markup, no HTML, nobody mentioned, no issue linked. */
export function escapeInline(text: string): string {
  return escapeHtml(text.replace(/\p{Cc}/gu, ' ').replace(/[\\`*_[\]|~]/g, '\\$&'))
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>@#]/g, (found) => `&#${found.codePointAt(0)};`)
}
