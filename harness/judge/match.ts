/**
 * Compares what a scenario expects with what was seen. Literals: objects match as a subset, arrays exactly.
 * An object of `$` operators: all of them must hold.
 */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { matchesPattern } from './pattern.ts'
import { words } from './words.ts'

/** The first place where it differs. */
export interface Difference {
  /** For example `body.entry[0].resource`. */
  path: string
  /** What should be there, in words that follow the path: `at most 3600`. */
  expected: string
  seen: string
}

/** `undefined` when it matches. `seen` is undefined where nothing is. */
export function match(expected: Json, seen: Json | undefined, path: string): Difference | undefined {
  if (Array.isArray(expected)) return matchArray(expected, seen, path)
  if (!isObject(expected))
    return expected === seen ? undefined : differs(path, words(expected, nameOf(path)), seen)
  const keys = Object.keys(expected)
  if (keys.some((key) => key.startsWith('$'))) return matchOperators(expected, seen, path)
  if (!isObject(seen)) return differs(path, 'an object', seen)
  for (const key of keys) {
    const inner = Object.hasOwn(seen, key) ? seen[key] : undefined
    const difference = match(expected[key]!, inner, `${path}.${key}`)
    if (difference) return difference
  }
  return undefined
}

function matchArray(expected: Json[], seen: Json | undefined, path: string): Difference | undefined {
  if (!Array.isArray(seen)) return differs(path, words(expected, nameOf(path)), seen)
  if (seen.length !== expected.length)
    return differs(path, `${words(expected)} (${expected.length} long)`, seen)
  for (const [index, item] of expected.entries()) {
    const difference = match(item, seen[index], `${path}[${index}]`)
    if (difference) return difference
  }
  return undefined
}

function matchOperators(expected: JsonObject, seen: Json | undefined, path: string): Difference | undefined {
  for (const [name, operand] of Object.entries(expected)) {
    const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
    const known = Object.keys(operators).join(' ')
    const difference = operator
      ? operator(operand, seen, path)
      : differs(path, `${name}, which is no operator; there are ${known}`, seen)
    if (difference) return difference
  }
  return undefined
}

type Operator = (operand: Json, seen: Json | undefined, path: string) => Difference | undefined

const operators: Record<string, Operator> = {
  $gte: (operand, seen, path) => compare(operand, seen, path, 'at least', (order) => order >= 0),
  $lte: (operand, seen, path) => compare(operand, seen, path, 'at most', (order) => order <= 0),
  $gt: (operand, seen, path) => compare(operand, seen, path, 'more than', (order) => order > 0),
  $lt: (operand, seen, path) => compare(operand, seen, path, 'less than', (order) => order < 0),
  $type(operand, seen, path) {
    const type = typeOf(seen)
    const fits = type === operand || (operand === 'number' && type === 'integer')
    return fits ? undefined : differs(path, `of type ${words(operand)}`, seen)
  },
  $present(operand, seen, path) {
    if ((seen !== undefined) === operand) return undefined
    return differs(path, operand === true ? 'present' : 'absent', seen)
  },
  $length(operand, seen, path) {
    const length = Array.isArray(seen) || typeof seen === 'string' ? seen.length : undefined
    if (length === undefined) return differs(path, 'an array or a text', seen)
    return match(operand, length, `the length of ${path}`)
  },
  $oneOf(operand, seen, path) {
    if (!Array.isArray(operand)) return differs(path, '$oneOf with a list', seen)
    if (operand.some((one) => !match(one, seen, path))) return undefined
    return differs(path, `one of ${operand.map((one) => words(one, nameOf(path))).join(', ')}`, seen)
  },
  $matches(operand, seen, path) {
    if (typeof operand !== 'string') return differs(path, '$matches with a text', seen)
    if (typeof seen !== 'string') return differs(path, `a text that matches /${operand}/`, seen)
    const result = matchesPattern(operand, seen)
    if (result === true) return undefined
    const difference = differs(path, `a text that matches /${operand}/`, seen)
    return result === false
      ? difference
      : { ...difference, seen: `that the pattern cannot be judged by: ${result}` }
  },
  $contains(operand, seen, path) {
    const expected = `to contain ${words(operand, nameOf(path))}`
    if (typeof seen === 'string' && typeof operand === 'string') {
      return seen.includes(operand) ? undefined : differs(path, expected, seen)
    }
    if (!Array.isArray(seen)) return differs(path, `an array ${expected}`, seen)
    return seen.some((item) => !match(operand, item, path)) ? undefined : differs(path, expected, seen)
  },
  $not(operand, seen, path) {
    return match(operand, seen, path) ? undefined : differs(path, `not ${words(operand, nameOf(path))}`, seen)
  },
}

/** Numbers by value, texts (RFC 3339 times) by code unit; nothing else has an order. */
function compare(
  operand: Json,
  seen: Json | undefined,
  path: string,
  relation: string,
  holds: (order: number) => boolean,
): Difference | undefined {
  const comparable =
    (typeof operand === 'number' && typeof seen === 'number') ||
    (typeof operand === 'string' && typeof seen === 'string')
  if (comparable && holds(seen < operand ? -1 : seen > operand ? 1 : 0)) return undefined
  return differs(path, `${relation} ${words(operand)}`, seen)
}

function typeOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function differs(path: string, expected: string, seen: Json | undefined): Difference {
  return { path, expected, seen: words(seen, nameOf(path)) }
}

function nameOf(path: string): string {
  return path
    .replace(/\[\d+\]/g, '')
    .split('.')
    .at(-1)!
}
