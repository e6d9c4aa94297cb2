/** Steps of a scenario with those of its parts in their place. */
import { basename, dirname, join } from 'node:path'
import type { Json, JsonObject } from '../../wire/json.ts'
import { asAction } from './await.ts'
import { readDocument } from './document.ts'
import { BadExpression, lookUp, printExpression, UnknownPath } from './expression.ts'
import { partInputs } from './inputs.ts'
import { fillPaths, type ReadPath } from './paths.ts'
import { type ExpectationEntry, PartFile, type ScenarioFile, type StepEntry } from './schema.ts'
import { nearest } from './suggest.ts'
import { validate } from './validate.ts'
import { reasonOf } from './with.ts'
import { report, type Spot, type Work, within } from './work.ts'

/** A step of the scenario or of a part, its inputs and matrix filled in. */
export interface FlatStep {
  /** `<step>`, or `<step>.<step of the part>`. */
  id: string
  /** `await` stands under `with`, as the action that it is. */
  entry: StepEntry & { uses: string }
  /** Of the step itself. */
  spot: Spot
  /** Who acts when the step does not say. */
  actor?: string
  /** `if` of the step and of those that use its part; all must hold. */
  conditions: { text: string; spot: Spot }[]
  timeout?: { text: string; spot: Spot }
  expect: { entry: ExpectationEntry; spot: Spot }[]
  /** Steps using a part that end with this one: from here on their outputs can be read. */
  ends: string[]
  /** It runs whatever happened before. */
  finally: boolean
}

/** What steps that use a part give on: step id → output name → value, as a rule an expression. */
export type PartOutputs = Map<string, { values: JsonObject; spot: Spot }>

type Caller = Pick<FlatStep, 'actor' | 'conditions' | 'timeout' | 'finally'> & {
  /** Step ids of its file so far. */
  seen: Set<string>
  prefix: string
  files: string[]
}

const maxDepth = 8

/** @param spot the scenario's root */
export function flattenSteps(
  scenario: Pick<ScenarioFile, 'steps' | 'finally'>,
  work: Work,
  spot: Spot,
): { steps: FlatStep[]; outputs: PartOutputs } {
  const outputs: PartOutputs = new Map()
  const caller = {
    prefix: '',
    files: [spot.document.file],
    conditions: [],
    finally: false,
    seen: new Set<string>(),
  }
  const steps = flatten(scenario.steps, caller, outputs, work, within(spot, 'steps'))
  const last = { ...caller, finally: true }
  return {
    steps: [...steps, ...flatten(scenario.finally ?? [], last, outputs, work, within(spot, 'finally'))],
    outputs,
  }
}

function flatten(
  entries: StepEntry[],
  caller: Caller,
  outputs: PartOutputs,
  work: Work,
  list: Spot,
): FlatStep[] {
  return entries.flatMap((entry, i) => {
    const spot = within(list, i)
    if (caller.seen.has(entry.id))
      report(work, within(spot, 'id'), `step ${entry.id} is there twice`, 'give each its own id')
    caller.seen.add(entry.id)
    const actor = entry.actor ?? caller.actor
    const timeout =
      entry.timeout === undefined ? caller.timeout : { text: entry.timeout, spot: within(spot, 'timeout') }
    const condition = entry.if === undefined ? [] : [{ text: String(entry.if), spot: within(spot, 'if') }]
    const action = asAction(entry, work, spot)
    if (!action) return []
    const step: FlatStep = {
      id: `${caller.prefix}${entry.id}`,
      entry: action,
      spot,
      ...(actor !== undefined && { actor }),
      conditions: [...caller.conditions, ...condition],
      ...(timeout && { timeout }),
      expect: (entry.expect ?? []).map((one, n) => ({ entry: one, spot: within(spot, 'expect', n) })),
      ends: [],
      finally: caller.finally,
    }
    return /\.ya?ml$/.test(step.entry.uses) ? usePart(step, caller, outputs, work) : [step]
  })
}

/** The part's steps; what the using step expects, the last of them must fulfil. */
function usePart(step: FlatStep, caller: Caller, outputs: PartOutputs, work: Work): FlatStep[] {
  const { entry, spot } = step
  const at = within(spot, 'uses')
  if (entry.faults?.length) {
    report(
      work,
      within(spot, 'faults'),
      'a step that uses a part takes no faults',
      'give them to a step of the part',
    )
  }
  const file = join(dirname(spot.document.file), entry.uses)
  if (caller.files.includes(file) || caller.files.length > maxDepth) {
    report(work, at, `${basename(file)} uses itself in the end: ${[...caller.files, file].join(' → ')}`)
    return []
  }
  const part = readPart(file, step, work)
  if (!part) return []
  outputs.set(step.id, { values: part.outputs, spot: within(part.spot, 'outputs') })
  const inner = { ...step, prefix: `${step.id}.`, files: [...caller.files, file], seen: new Set<string>() }
  const steps = flatten(part.steps, inner, outputs, work, within(part.spot, 'steps'))
  steps.at(-1)?.expect.push(...step.expect)
  steps.at(-1)?.ends.push(step.id)
  return steps
}

function readPart(
  file: string,
  { id, entry, spot }: FlatStep,
  work: Work,
): { steps: StepEntry[]; outputs: JsonObject; spot: Spot } | undefined {
  let text: string
  try {
    text = work.read(file)
  } catch (error) {
    const hint = 'a path is relative to the file that names it'
    report(work, within(spot, 'uses'), `${entry.uses} cannot be read: ${reasonOf(error)}`, hint)
    return undefined
  }
  const document = readDocument(file, text)
  if (!('value' in document)) {
    work.problems.push(document.problem)
    return undefined
  }
  const problems = validate(PartFile, document.value, document)
  work.problems.push(...problems)
  if (problems.length > 0) return undefined

  const raw = document.value as PartFile
  const root: Spot = { document, keys: [] }
  const inputs = partInputs(raw.inputs ?? {}, (entry.with ?? {}) as JsonObject, work, spot)
  const read = partPaths(inputs, raw, id)
  const filled = {
    steps: fillPaths(raw.steps as Json, read, work, within(root, 'steps')),
    outputs: fillPaths(raw.outputs ?? {}, read, work, within(root, 'outputs')),
  }
  work.problems.push(...validate(PartFile, { part: 1, steps: filled.steps }, document))
  return { steps: filled.steps as StepEntry[], outputs: filled.outputs as JsonObject, spot: root }
}

/** A part reads its own inputs and steps, which get their place among those of the scenario. */
function partPaths(inputs: JsonObject, part: PartFile, caller: string): ReadPath {
  const ids = part.steps.map(({ id }) => id)
  return (path) => {
    const [root, id = '', ...rest] = path
    if (root === 'inputs') return lookUp(path, { inputs })
    if (root !== 'steps')
      throw new BadExpression(`a part sees only its inputs and steps, not ${printExpression({ path })}`)
    if (!ids.includes(id)) {
      const near = nearest(id, ids)
      throw new UnknownPath(
        printExpression({ path }),
        near && printExpression({ path: ['steps', near, ...rest] }),
      )
    }
    return `\${{ ${printExpression({ path: ['steps', `${caller}.${id}`, ...rest] })} }}`
  }
}
