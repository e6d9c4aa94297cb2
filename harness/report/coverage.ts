/**
 * Which requirement was judged in which scenario, and how it stood: coverage.csv, with the ids of Inferno's
 * requirement set so that the two can be joined, and coverage.md for people.
 */
import type { Requirement } from '../../spec/types.ts'
import type { Result, RuleResult } from '../result.ts'
import { type Standing, standingOf } from '../standing.ts'
import { csvText } from './csv.ts'
import { plural } from './paint.ts'

export type Row = Requirement & { state: State; scenarios: Map<string, Standing> }
type State = Standing | 'not touched' | 'not judged' | 'agreed outside the wire'

export interface Coverage {
  rows: Row[]
  /** Scenario files, in the order of the run. */
  files: string[]
}

/** @param judged ids of the rules that have code */
export function coverageOf({ cases }: Result, requirements: Requirement[], judged: string[]): Coverage {
  const files = [...new Set(cases.map(({ file }) => file))]
  const found = Map.groupBy(
    cases.flatMap(({ file, rules }) => rules.map((rule) => ({ file, rule }))),
    ({ rule }) => rule.id,
  )
  const rows = requirements.map((row) => {
    const own = found.get(row.id) ?? []
    const byFile = [...Map.groupBy(own, ({ file }) => file)].map(
      ([file, all]) => [file, standingOf(resultsIn(all))] as const,
    )
    const state = own.length > 0 ? standingOf(resultsIn(own)) : unjudged(row, judged)
    return { ...row, state, scenarios: new Map(byFile) }
  })
  return { rows, files }
}

const resultsIn = (all: { rule: RuleResult }[]) => all.map(({ rule }) => rule)

function unjudged({ id, check }: Requirement, judged: string[]): State {
  if (judged.includes(id)) return 'not touched'
  return check === 'policy' ? 'agreed outside the wire' : 'not judged'
}

/** A line a requirement, a column a scenario; an empty cell is a scenario that did not touch it. */
export function coverageCsv({ rows, files }: Coverage): string {
  const head = ['id', 'strength', 'actor', 'page', 'section', 'text', 'inferno', 'inferno_coverage', 'state']
  const lines = rows.map((row) => {
    const { id, strength, actor, page, section, text, inferno, state, scenarios } = row
    const about = [id, strength, actor, page, section, text, inferno.ids.join(' '), inferno.coverage, state]
    return [...about, ...files.map((file) => scenarios.get(file) ?? '')]
  })
  return csvText([[...head, ...files], ...lines])
}

/** `coverage 287 of 331 rules touched; 28 rows are agreed outside the wire` */
export function coverageLine({ rows }: Coverage): string {
  const outside = rows.filter(({ state }) => state === 'agreed outside the wire').length
  const { touched, judgeable } = totals(rows)
  return `${touched} of ${judgeable} rules touched; ${plural(outside, 'row is', 'rows are')} agreed outside the wire`
}

function totals(rows: Row[]): { touched: number; judgeable: number } {
  const judgeable = rows.filter(({ state }) => state !== 'agreed outside the wire')
  return {
    touched: judgeable.filter(({ scenarios }) => scenarios.size > 0).length,
    judgeable: judgeable.length,
  }
}

export function coverageMarkdown(coverage: Coverage): string {
  const { rows } = coverage
  const pages = [...new Set(rows.map(({ page }) => page))]
  const head = ['| page | rules | touched |', '| --- | ---: | ---: |']
  const sums = pages.map((page) => {
    const { touched, judgeable } = totals(rows.filter((row) => row.page === page))
    return `| ${page} | ${judgeable} | ${touched} |`
  })
  return [
    '# Coverage of the guide',
    '',
    `${coverageLine(coverage)}. A scenario counts when something in it gave the rule occasion; \`coverage.csv\` has each of them.`,
    '',
    ...head,
    ...sums,
    ...pages.flatMap((page) => ['', `## ${page}`, '', ...table(rows.filter((row) => row.page === page))]),
    '',
  ].join('\n')
}

function table(rows: Row[]): string[] {
  const lines = rows.map(({ id, strength, text, state, scenarios, inferno }) => {
    const cells = [id, strength, escapeCell(text), state, String(scenarios.size), inferno.ids.join(', ')]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| id | strength | requirement | state | scenarios | Inferno |',
    '| --- | --- | --- | --- | ---: | --- |',
    ...lines,
  ]
}

const escapeCell = (text: string) => text.replace(/[\\`*_[\]|<>~]/g, '\\$&')
