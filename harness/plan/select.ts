/** Which cases of a plan run. */
import { BadExpression, type Expression, mapPaths, parseExpression, resolve } from './expression.ts'
import type { Plan, PlanCase } from './plan.ts'

export interface Selection {
  /** A regular expression that matches somewhere in the name. */
  grep?: string
  /** Tags with `&& || !` and parentheses: `udap && !slow`. */
  tag?: string
  /** `file:line`. Of such a file only the matrix row that begins there; any other line stands for all its cases. */
  line?: { file: string; line: number }[]
}

/** A selection that cannot be understood; the message says what to write. */
export class BadSelection extends Error {
  override name = 'BadSelection'
}

/** The plan with only the cases that are meant; their ids stay. */
export function selectCases(plan: Plan, { grep, tag, line = [] }: Selection): Plan {
  const pattern = grep === undefined ? undefined : readPattern(grep)
  const tags = tag === undefined ? undefined : readTags(tag)
  const cases = plan.cases.filter(
    (one) =>
      (pattern?.test(one.name) ?? true) &&
      (tags === undefined || hasTags(tags, one.tags)) &&
      isOnLine(one, line, plan),
  )
  return Object.freeze({ ...plan, cases })
}

/** A case as a saved result names it. */
export interface Named {
  file: string
  line: number
  name: string
}

/** The plan with only the cases that are named; by line where no case has the name any more. */
export function selectNamed(plan: Plan, named: Named[]): Plan {
  const there = new Set(plan.cases.map(({ at, name }) => `${at.file}: ${name}`))
  const isNamed = ({ at, name }: PlanCase) =>
    named.some(
      (one) =>
        one.file === at.file &&
        (one.name === name || (one.line === at.line && !there.has(`${one.file}: ${one.name}`))),
    )
  return Object.freeze({ ...plan, cases: plan.cases.filter(isNamed) })
}

function readPattern(grep: string): RegExp {
  try {
    return new RegExp(grep)
  } catch (error) {
    throw new BadSelection(`--grep ${grep}: ${(error as Error).message}`)
  }
}

function readTags(tag: string): Expression {
  try {
    return mapPaths(parseExpression(tag), (path) => {
      if (path.length > 1) throw new BadExpression(`${path.join('.')} is no tag`)
      return { path }
    })
  } catch (error) {
    if (!(error instanceof BadExpression)) throw error
    throw new BadSelection(
      `--tag ${tag}: these are no tags with && || ! and ( ); write for example udap && !slow`,
    )
  }
}

function hasTags(tags: Expression, own: string[]): boolean {
  return Boolean(resolve(tags, ([name = '']) => own.includes(name)))
}

function isOnLine(one: PlanCase, lines: NonNullable<Selection['line']>, plan: Plan): boolean {
  const asked = lines.filter(({ file }) => file === one.at.file).map(({ line }) => line)
  if (asked.length === 0) return true
  const rows = plan.cases
    .filter(({ at, matrix }) => matrix && at.file === one.at.file)
    .map(({ at }) => at.line)
  return asked.some((line) => !rows.includes(line) || line === one.at.line)
}
