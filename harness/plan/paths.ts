/** Filling `${{ }}` into a file, with what is wrong noted at its place. */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import {
  BadExpression,
  type Expression,
  lookUp,
  mapPaths,
  type Path,
  parseExpression,
  printExpression,
  rewrite,
  UnknownPath,
  whole,
} from './expression.ts'
import { suggest } from './suggest.ts'
import { report, type Spot, type Work, within } from './work.ts'

/**
 * What a path leads to. A text that is an expression is put in the path's place; undefined leaves the path as
 * it is. Throws UnknownPath or BadExpression.
 */
export type ReadPath = (path: Path) => Json | undefined

/** Reads the paths that begin with one of the names in `values`, and leaves all others. */
export const readFrom =
  (values: JsonObject): ReadPath =>
  (path) =>
    Object.hasOwn(values, path[0]!) ? lookUp(path, values) : undefined

const stepLists: (string | number)[] = ['steps', 'finally']

/** Fills paths into a value, in `if` as literals. */
export function fillPaths(value: Json, read: ReadPath, work: Work, spot: Spot): Json {
  if (Array.isArray(value)) return value.map((item, i) => fillPaths(item, read, work, within(spot, i)))
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fillPaths(item, read, work, within(spot, key))]),
    )
  }
  if (typeof value !== 'string') return value
  const isCondition = spot.keys.at(-1) === 'if' && stepLists.includes(spot.keys.at(-3) ?? '')
  try {
    return isCondition ? fillCondition(value, read) : rewrite(value, read)
  } catch (error) {
    if (error instanceof UnknownPath) {
      report(work, spot, `nothing is called ${error.path} here`, instead(error))
    } else if (error instanceof BadExpression) report(work, spot, error.message)
    else throw error
    return value
  }
}

function instead({ path, suggestion, known }: UnknownPath): string | undefined {
  if (suggestion !== undefined) return `did you mean ${suggestion}?`
  if (path.startsWith('inputs.') && known.length === 0) return 'declare it under inputs:, with its type'
  return suggest('', known)
}

function fillCondition(text: string, read: ReadPath): string {
  const filled = mapPaths(parseExpression(text), (path): Expression => {
    const value = read(path)
    if (value === undefined) return { path }
    if (typeof value === 'string' && whole(value) !== undefined) return parseExpression(value)
    if (typeof value === 'object' && value !== null) {
      throw new BadExpression(`if compares texts and numbers, and ${printExpression({ path })} is neither`)
    }
    return { literal: value }
  })
  return printExpression(filled)
}
