/**
 * `${{ }}`: paths into a scope, and in `if` also `== != && || !`, parentheses and literals. Pure: the plan
 * fills in what it knows (inputs, matrix), the run and the judge the rest (actors, steps).
 */
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import { nearest } from './suggest.ts'

export type Path = string[]

export type Expression =
  | { path: Path }
  | { literal: string | number | boolean | null }
  | { not: Expression }
  | { op: '==' | '!=' | '&&' | '||'; left: Expression; right: Expression }

/** The text between `${{` and `}}` is no expression. */
export class BadExpression extends Error {
  override name = 'BadExpression'
}

/** An expression reads what is not there. */
export class UnknownPath extends Error {
  override name = 'UnknownPath'
  path: string
  /** The whole path with the wrong part put right, when something near is there. */
  suggestion: string | undefined
  /** What else is there, in its place. */
  known: string[]
  constructor(path: string, suggestion?: string, known: string[] = []) {
    super(`nothing is called ${path} here${suggestion ? `; did you mean ${suggestion}?` : ''}`)
    this.path = path
    this.suggestion = suggestion
    this.known = known
  }
}

const marked = /\$\{\{(.*?)\}\}/gs
const tokens = /\s*(?:(==|!=|&&|\|\||!|\(|\)|\[|\]|\.)|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?(?![\w-]))|([\w-]+))/y

export const hasExpression = (text: string): boolean => text.includes('${{')

/** The expression that a text is as a whole, for example `${{ a.b }}`; undefined for any other text. */
export function whole(text: string): string | undefined {
  const match = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text)
  return match && !match[1]!.includes('}}') ? match[1]!.trim() : undefined
}

/** Reads an expression; the `${{ }}` around it may be left out. */
export function parseExpression(text: string): Expression {
  const source = whole(text) ?? text
  const list = tokenize(source)
  let next = 0
  const at = (symbol: string) => list[next]?.symbol === symbol
  const take = (symbol: string) => at(symbol) && next++ >= 0
  const need = (symbol: string) => {
    if (!take(symbol)) throw new BadExpression(`${symbol} is missing in \${{ ${source.trim()} }}`)
  }
  const either = (parts: () => Expression, ...ops: ('==' | '!=' | '&&' | '||')[]): Expression => {
    let left = parts()
    for (;;) {
      const op = ops.find((symbol) => take(symbol))
      if (!op) return left
      left = { op, left, right: parts() }
    }
  }
  const or = (): Expression => either(and, '||')
  const and = (): Expression => either(equals, '&&')
  const equals = (): Expression => either(unary, '==', '!=')
  const unary = (): Expression => {
    if (take('!')) return { not: unary() }
    if (take('(')) {
      const inner = or()
      need(')')
      return inner
    }
    return operand()
  }
  const operand = (): Expression => {
    const token = list[next++]
    if (token?.literal !== undefined) return { literal: token.literal }
    const name = token?.name
    if (name === undefined) {
      throw new BadExpression(`a path such as inputs.scope is missing in \${{ ${source.trim()} }}`)
    }
    if (name === 'true' || name === 'false') return { literal: name === 'true' }
    if (name === 'null') return { literal: null }
    const path = [name]
    for (;;) {
      if (take('.')) {
        const key = list[next++]
        if (key?.name === undefined && typeof key?.literal !== 'number') {
          throw new BadExpression(`a name is missing after ${path.join('.')}. in \${{ ${source.trim()} }}`)
        }
        path.push(key.name ?? String(key.literal))
      } else if (take('[')) {
        const key = list[next++]?.literal
        if (key === undefined) throw new BadExpression(`write ['name'] or [0] after ${path.join('.')}`)
        path.push(String(key))
        need(']')
      } else return { path }
    }
  }
  const expression = or()
  if (next < list.length) {
    const rest = list.slice(next).map((token) => token.text)
    throw new BadExpression(`${rest[0]} does not fit in \${{ ${source.trim()} }}`)
  }
  return expression
}

interface Token {
  text: string
  symbol?: string
  name?: string
  literal?: string | number
}

function tokenize(source: string): Token[] {
  const list: Token[] = []
  const text = source.trimEnd()
  if (text.length > 1000) throw new BadExpression('an expression has at most 1000 characters')
  tokens.lastIndex = 0
  while (tokens.lastIndex < text.length) {
    const from = tokens.lastIndex
    const match = tokens.exec(text)
    if (!match) {
      const rest = text.slice(from).trim()
      const what = rest.startsWith('"')
        ? "texts stand in single quotes: 'text'"
        : `${rest[0]} is not understood`
      throw new BadExpression(`${what} in \${{ ${source.trim()} }}`)
    }
    const [all, symbol, quoted, number, name] = match
    if (symbol !== undefined) list.push({ text: symbol, symbol })
    else if (quoted !== undefined) list.push({ text: all.trim(), literal: quoted.replaceAll("''", "'") })
    else if (number !== undefined) list.push({ text: number, literal: Number(number) })
    else list.push({ text: name!, name: name! })
  }
  return list
}

/** Writes an expression down again, without the `${{ }}`. */
export function printExpression(e: Expression): string {
  if ('path' in e) {
    return e.path
      .map((key, i) =>
        /^[\w-]+$/.test(key) ? (i === 0 ? key : `.${key}`) : `['${key.replaceAll("'", "''")}']`,
      )
      .join('')
  }
  if ('literal' in e)
    return typeof e.literal === 'string' ? `'${e.literal.replaceAll("'", "''")}'` : `${e.literal}`
  if ('not' in e) return `!${'op' in e.not ? `(${printExpression(e.not)})` : printExpression(e.not)}`
  const side = (part: Expression) => ('op' in part ? `(${printExpression(part)})` : printExpression(part))
  return `${side(e.left)} ${e.op} ${side(e.right)}`
}

/** What a path names in a scope; throws UnknownPath. Only own members count. */
export function lookUp(path: Path, scope: Json): Json {
  let here: Json = scope
  for (const [i, key] of path.entries()) {
    const members: JsonObject | Json[] | undefined = isObject(here) || Array.isArray(here) ? here : undefined
    if (members === undefined || !Object.hasOwn(members, key)) {
      const known = isObject(here) ? Object.keys(here) : []
      const near = nearest(key, known)
      const suggestion = near && printExpression({ path: path.with(i, near) })
      throw new UnknownPath(printExpression({ path }), suggestion, known)
    }
    here = (members as JsonObject)[key]!
  }
  return here
}

/** The value of an expression, with or without its `${{ }}`. */
export function evaluate(text: string, scope: JsonObject): Json {
  return resolve(parseExpression(text), (path) => lookUp(path, scope))
}

/** Is an `if` fulfilled? False are `false`, `null`, `0` and the empty text. */
export function truthy(text: string, scope: JsonObject): boolean {
  return Boolean(evaluate(text, scope))
}

export function resolve(e: Expression, read: (path: Path) => Json): Json {
  if ('path' in e) return read(e.path)
  if ('literal' in e) return e.literal
  if ('not' in e) return !resolve(e.not, read)
  const left = resolve(e.left, read)
  if (e.op === '&&') return left ? resolve(e.right, read) : left
  if (e.op === '||') return left ? left : resolve(e.right, read)
  const same = JSON.stringify(left) === JSON.stringify(resolve(e.right, read))
  return e.op === '==' ? same : !same
}

/** Fills every `${{ }}` of a value in; a text that is only an expression becomes its value, type kept. */
export function fill(value: Json, scope: JsonObject): Json {
  return rewrite(value, (path) => lookUp(path, scope))
}

/**
 * As fill, for some of the paths: where `read` answers undefined the expression stays. A value outside
 * `if` is one path; BadExpression when it is more.
 */
export function rewrite(value: Json, read: (path: Path) => Json | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, read))
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, read)]))
  }
  if (typeof value !== 'string' || !hasExpression(value)) return value
  const only = whole(value)
  if (only !== undefined) {
    const found = read(pathOf(only))
    return found === undefined ? value : found
  }
  if (value.replace(marked, '').includes('${{')) throw new BadExpression('a ${{ is not closed by }}')
  return value.replace(marked, (text, inner: string) => {
    const part = read(pathOf(inner))
    if (part === undefined) return text
    return typeof part === 'string' ? part : JSON.stringify(part)
  })
}

function pathOf(text: string): Path {
  const e = parseExpression(text)
  if ('path' in e) return e.path
  throw new BadExpression(`a value reads one path; == != && || ! are for if: \${{ ${text.trim()} }}`)
}

/** The expression with each path replaced. */
export function mapPaths(e: Expression, change: (path: Path) => Expression): Expression {
  if ('path' in e) return change(e.path)
  if ('literal' in e) return e
  if ('not' in e) return { not: mapPaths(e.not, change) }
  return { op: e.op, left: mapPaths(e.left, change), right: mapPaths(e.right, change) }
}
