/** Paths that only a run can fill in, `actors.*` and `steps.*`: checked here, so that a run finds them all. */
import type { Json, JsonObject } from '../../wire/json.ts'
import type { Catalogue } from './catalogue.ts'
import {
  BadExpression,
  lookUp,
  type Path,
  parseExpression,
  printExpression,
  UnknownPath,
  whole,
} from './expression.ts'
import type { ReadPath } from './paths.ts'
import { nearest } from './suggest.ts'

export interface Visible {
  /** Actor name to kind. */
  actors: Map<string, string>
  /** Ids of the steps so far, with their output names. */
  steps: Map<string, string[]>
  /** Ids of all steps, for the message about one that comes later. */
  later: Set<string>
  /** Ids of the steps so far that an actor does, with its name. */
  doers: Map<string, string>
  /** Ids of the steps that use a part, with what their outputs lead to. */
  parts: Map<string, JsonObject>
}

/** Leaves paths to the run, except outputs of a part, which it follows to where they come from. */
export function runPaths(visible: Visible, catalogue: Catalogue): ReadPath {
  return (path) => {
    const [root = '', name = ''] = path
    if (root === 'actors') return checkFact(path, visible, catalogue)
    if (root === 'matrix') throw new BadExpression('this scenario has no matrix')
    if (root !== 'steps') throw unknown(path, 0, ['inputs', 'matrix', 'actors', 'steps'])
    const part = visible.parts.get(name)
    if (part) return followPart(path, part)
    return checkOutput(path, visible)
  }
}

function checkFact(path: Path, { actors }: Visible, catalogue: Catalogue): undefined {
  const [, name = '', fact, endpoint] = path
  const kind = actors.get(name)
  if (kind === undefined) throw unknown(path, 1, [...actors.keys()])
  const { endpoints = [], facts = [] } = catalogue.kinds[kind] ?? {}
  if (fact === undefined) throw new BadExpression(`say what of ${name}, for example actors.${name}.url`)
  if (fact === 'endpoints' && endpoint !== undefined && !endpoints.includes(endpoint))
    throw unknown(path, 3, endpoints)
  if (!['url', 'endpoints', ...facts].includes(fact)) throw unknown(path, 2, ['url', 'endpoints', ...facts])
  return undefined
}

function checkOutput(path: Path, { steps, later }: Visible): undefined {
  const [, id = '', member, output] = path
  const outputs = steps.get(id)
  if (!outputs) {
    if (later.has(id))
      throw new BadExpression(`step ${id} comes later; a step reads only what came before it`)
    throw unknown(path, 1, [...steps.keys()])
  }
  if (member !== 'outputs') throw unknown(path, 2, ['outputs'])
  if (output === undefined)
    throw new BadExpression(`say which output of ${id}, for example ${outputs[0] ?? 'name'}`)
  if (!outputs.includes(output)) throw unknown(path, 3, outputs)
  return undefined
}

function followPart(path: Path, outputs: JsonObject): Json {
  const [, id = '', member, output = '', ...rest] = path
  if (member !== 'outputs') throw unknown(path, 2, ['outputs'])
  if (!Object.hasOwn(outputs, output)) throw unknown(path, 3, Object.keys(outputs))
  const value = outputs[output]!
  const inner = typeof value === 'string' ? whole(value) : undefined
  if (inner === undefined) return lookUp(rest, value)
  const from = parseExpression(inner)
  if (!('path' in from)) throw new BadExpression(`output ${output} of ${id} must be one path`)
  return `\${{ ${printExpression({ path: [...from.path, ...rest] })} }}`
}

function unknown(path: Path, index: number, known: string[]): UnknownPath {
  const near = nearest(path[index] ?? '', known)
  const suggestion = near && printExpression({ path: path.with(index, near) })
  return new UnknownPath(printExpression({ path }), suggestion, known)
}
