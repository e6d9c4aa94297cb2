/** From scenario files to a plan. Pure: files come in as text, parts and data through `read`. */
import { deepFreeze, isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { readActors } from './actors.ts'
import { AWAIT_MS } from './await.ts'
import type { Catalogue } from './catalogue.ts'
import { inCommunities } from './communities.ts'
import { type Document, readDocument } from './document.ts'
import { durationMs } from './duration.ts'
import { hasExpression } from './expression.ts'
import { scenarioInputs } from './inputs.ts'
import { checkOptions, isTime, type PlanOptions } from './options.ts'
import { flattenSteps } from './parts.ts'
import { fillPaths, readFrom } from './paths.ts'
import type { Plan, PlanCase } from './plan.ts'
import type { Problem } from './problem.ts'
import { ScenarioFile } from './schema.ts'
import { reasonToSkip } from './skip.ts'
import { readSteps } from './steps.ts'
import { validate } from './validate.ts'
import { inVersions, versionsOf } from './versions.ts'
import { report, reportUnknown, type Spot, type Work, within } from './work.ts'

export interface SourceFile {
  /** As messages show it; parts and data files are found relative to it. */
  path: string
  text: string
}

/** All cases of all files, ids `c1`, `c2`, … in their order; or everything that is wrong. */
export function loadPlan(
  files: SourceFile[],
  options: PlanOptions,
  catalogue: Catalogue,
  read: (path: string) => string,
): { plan: Plan } | { problems: Problem[] } {
  const problems: Problem[] = []
  const work: Work = { catalogue, options, read, problems }
  const scenarios = files.flatMap((file) => readScenario(file, problems))
  const names = {
    actors: new Set(scenarios.flatMap(({ scenario }) => Object.keys(scenario.actors))),
    inputs: new Set(scenarios.flatMap(({ scenario }) => Object.keys(scenario.inputs ?? {}))),
  }
  // A file that could not be read may have had the names.
  if (scenarios.length === files.length) problems.push(...checkOptions(options, catalogue, names))

  const cases = scenarios.flatMap(({ scenario, document }) => readCases(scenario, document, work))
  if (problems.length > 0) return { problems: distinct(problems) }
  const { authority } = options
  const plan: Plan = {
    plan: 1,
    ...(authority && { authority: authority.folder }),
    cases: cases.map((one, i) => ({ id: `c${i + 1}`, ...one })),
  }
  return { plan: deepFreeze(plan) }
}

function readScenario({ path, text }: SourceFile, problems: Problem[]) {
  const document = readDocument(path, text)
  if (!('value' in document)) {
    problems.push(document.problem)
    return []
  }
  if (isObject(document.value) && 'part' in document.value) {
    const hint = 'run a scenario with a step that uses it'
    problems.push(document.problem(['part'], 'this is a part, no scenario', hint, 'key'))
    return []
  }
  const found = validate(ScenarioFile, document.value, document)
  problems.push(...found)
  return found.length > 0 ? [] : [{ scenario: document.value as ScenarioFile, document }]
}

type Case = Omit<PlanCase, 'id'>

function readCases(scenario: ScenarioFile, document: Document, work: Work): Case[] {
  const root: Spot = { document, keys: [] }
  if (scenario.clock !== undefined && !isTime(scenario.clock)) {
    report(work, within(root, 'clock'), `${scenario.clock} is no time`, 'for example 2026-01-31T12:00:00Z')
  }
  const before = work.problems.length
  for (const [i, name] of (scenario.real ?? []).entries()) {
    if (Object.hasOwn(scenario.actors, name)) continue
    const here = within(root, 'real', i)
    reportUnknown(work, here, `there is no actor ${name}`, name, Object.keys(scenario.actors))
  }
  const inputs = scenarioInputs(scenario.inputs ?? {}, work, root)
  const versions = versionsOf(scenario, work, root)
  if (work.problems.length > before) return []

  const rows = (scenario.matrix?.include ?? [undefined]) as (JsonObject | undefined)[]
  return rows.flatMap((row, i) => {
    const spot = within(root, 'matrix', 'include', i)
    if (row && hasExpression(JSON.stringify(row))) {
      report(work, spot, 'a row of the matrix cannot hold a ${{ }}', 'write it where the value is used')
      return []
    }
    const values = { inputs, ...(row && { matrix: row }) }
    const cases = versions.flatMap((version) => {
      const planned = readCase(scenario, values, i, version, work, root)
      return planned ? [{ version, planned }] : []
    })
    return inVersions(cases, work)
  })
}

function readCase(
  scenario: ScenarioFile,
  values: { inputs: JsonObject; matrix?: JsonObject },
  row: number,
  version: string,
  work: Work,
  root: Spot,
): Case | undefined {
  const { document } = root
  const before = work.problems.length
  const read = readFrom(values)
  const fill = (key: 'name' | 'actors' | 'steps' | 'finally') =>
    fillPaths(scenario[key] as Json, read, work, within(root, key))
  const filled = {
    ...scenario,
    name: fill('name'),
    actors: fill('actors'),
    steps: fill('steps'),
    ...(scenario.finally && { finally: fill('finally') }),
  } as ScenarioFile
  work.problems.push(...validate(ScenarioFile, filled as Json, document))
  if (work.problems.length > before) return undefined

  const { matrix } = values
  const clock = work.options.clock ?? scenario.clock
  const actors = readActors(filled.actors, version, values, work, within(root, 'actors'))
  const cast = new Map(Object.entries(filled.actors).map(([name, { kind }]) => [name, kind]))
  const flat = flattenSteps(filled, work, root)
  const steps = readSteps(flat.steps, flat.outputs, actors, cast, work)
  const skip = reasonToSkip(actors, steps, clock, work)
  const joined = inCommunities(actors, filled.actors, work, within(root, 'actors'))
  return {
    name: matrix && filled.name === scenario.name ? `${filled.name}: ${rowInWords(matrix)}` : filled.name,
    ...(matrix && { matrix }),
    at: matrix ? document.at(['matrix', 'include', row]) : document.at(['name'], 'key'),
    tags: scenario.tags ?? [],
    ...(scenario.description !== undefined && { description: scenario.description }),
    ...(scenario.real && { real: scenario.real }),
    seed: work.options.seed ?? '0',
    ...(clock !== undefined && { clock }),
    ...joined,
    ...whoIsReal(actors, work.options),
    steps,
    ...(skip !== undefined && { skip }),
  }
}

/** What a case with real systems needs beside them. */
function whoIsReal(
  actors: PlanCase['actors'],
  { tlsRoots = [], awaitFor }: PlanOptions,
): Pick<PlanCase, 'tlsRoots' | 'awaitMs'> {
  const isReal = actors.some(({ outside }) => outside)
  return {
    ...(tlsRoots.length > 0 && { tlsRoots }),
    ...(isReal && { awaitMs: durationMs(awaitFor ?? '') ?? AWAIT_MS }),
  }
}

function rowInWords(row: JsonObject): string {
  if (typeof row.case === 'string') return row.case
  return Object.entries(row)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

/** Rows of a matrix share their mistakes. */
function distinct(problems: Problem[]): Problem[] {
  const seen = new Map(problems.map((one) => [`${one.file}:${one.line}:${one.column}: ${one.message}`, one]))
  return [...seen.values()]
}
