/** Checks a value against a schema and says what is wrong in the words of the file, once for each mistake. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Json } from '../../wire/json.ts'
import type { JsonSchema } from './catalogue.ts'
import type { Document, Keys } from './document.ts'
import { hasExpression } from './expression.ts'
import { fold } from './fold.ts'
import type { Problem } from './problem.ts'
import { nearest, suggest } from './suggest.ts'

/** Not strict: schemas of `with` come from the actors, with annotations of their own. */
const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: false,
  useDefaults: true,
  formats: {
    uri: (text) => URL.canParse(text),
    'uri-reference': true,
    'date-time': (text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)),
  },
})
const compiled = new WeakMap<JsonSchema, ValidateFunction>()

/**
 * Problems of `value`, which stands at `base` in the document; defaults of the schema are filled into it. A
 * `${{ }}` that is not filled in yet fits anywhere.
 */
export function validate(schema: JsonSchema, value: Json, document: Document, base: Keys = []): Problem[] {
  const check = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, check)
  if (check(value)) return []
  const isPending = (error: ErrorObject) => typeof error.data === 'string' && hasExpression(error.data)
  const errors = fold(check.errors ?? [], isPending)
  return errors.filter((error) => !isMisspelt(error, errors)).map((error) => inWords(error, document, base))
}

/** A key that is missing because it is there under a wrong name: the wrong name is the mistake. */
function isMisspelt({ keyword, instancePath, params }: ErrorObject, errors: ErrorObject[]): boolean {
  return (
    keyword === 'required' &&
    errors.some(
      (other) =>
        other.keyword === 'additionalProperties' &&
        other.instancePath === instancePath &&
        nearest(other.params.additionalProperty, [params.missingProperty]) !== undefined,
    )
  )
}

function inWords(error: ErrorObject, document: Document, base: Keys): Problem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const keys: Keys = [...base, ...path]
  const subject = nameOf(keys)
  const { params } = error
  const parent = (error.parentSchema ?? {}) as Schema
  const problem = (message: string, hint = subject.startsWith('$') ? undefined : parent.description) =>
    document.problem(keys, message, hint)

  switch (error.keyword) {
    case 'required': {
      const key: string = params.missingProperty
      // The place may be the step's, when it has no `with` at all.
      const where = keys.at(-1) === 'with' ? ' in with' : ''
      return document.problem(keys, `${key} is missing${where}`, describe(parent, key))
    }
    case 'additionalProperties':
      return unknownKey(params.additionalProperty, parent, keys, document)
    case 'type':
      return problem(`${subject} must be ${typeInWords(error.schema)}, not ${valueInWords(error.data)}`)
    case 'const':
      return problem(
        `${subject} must be ${JSON.stringify(params.allowedValue)}, not ${valueInWords(error.data)}`,
      )
    case 'enum': {
      const known: string[] = params.allowedValues
      return problem(`${subject} cannot be ${valueInWords(error.data)}`, suggest(String(error.data), known))
    }
    case 'pattern':
      return problem(`${subject} cannot be ${valueInWords(error.data)}`)
    case 'format':
      return problem(
        `${subject} must be ${formats[params.format] ?? params.format}, not ${valueInWords(error.data)}`,
      )
    case 'minItems':
    case 'minProperties':
    case 'minLength':
      return problem(params.limit === 1 ? `${subject} is empty` : `${subject} ${error.message}`)
    case 'minimum':
      return problem(`${subject} must be at least ${params.limit}, not ${valueInWords(error.data)}`)
    case 'maximum':
      return problem(`${subject} must be at most ${params.limit}, not ${valueInWords(error.data)}`)
    case 'maxProperties':
      return problem(`${subject} holds more than one $ operator`, 'write one expectation for each')
    case 'anyOf':
      return problem(
        `${subject} must be ${choiceInWords(error.schema as Schema[])}, not ${valueInWords(error.data)}`,
      )
    case 'oneOf':
      return oneKind(error, keys, document)
    default:
      return problem(`${subject} ${error.message}`)
  }
}

interface Schema {
  type?: string
  enum?: unknown[]
  const?: unknown
  pattern?: string

  description?: string
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
}

const formats: Record<string, string> = {
  uri: 'an absolute URI',
  'date-time': 'a time such as 2026-01-31T12:00:00Z',
}

const describe = (schema: Schema, key: string) => schema.properties?.[key]?.description

function unknownKey(key: string, parent: Schema, keys: Keys, document: Document): Problem {
  const known = Object.keys(parent.properties ?? {})
  const at: Keys = [...keys, key]
  if (key.startsWith('$')) {
    const operators = known.filter((name) => name.startsWith('$'))
    const hint = suggest(key, operators) ?? 'operators stand where a value stands'
    return document.problem(at, `${key} is no operator here`, hint, 'key')
  }
  if (known.length === 0 && parent.patternProperties) {
    const hint = 'a name has small letters, digits and hyphens, and begins with a letter'
    return document.problem(at, `${nameOf(keys)} cannot have the name ${key}`, hint, 'key')
  }
  // A habit from GitHub Actions; YAML 1.1 reads it as true.
  const hint = key === 'on' && known.includes('actor') ? 'did you mean actor?' : suggest(key, known)
  return document.problem(at, `${key} is not known here`, hint, 'key')
}

/** A list entry that says none or several of the things of which it must say one. */
function oneKind(error: ErrorObject, keys: Keys, document: Document): Problem {
  const kinds = (error.schema as { required: [string] }[]).map(({ required: [kind] }) => kind)
  const said = kinds.filter((kind) => Object.hasOwn(error.data as object, kind))
  if (said.length === 0) {
    return document.problem(keys, 'this expects nothing', `say one of ${kinds.join(', ')}`)
  }
  const message = `${said.join(' and ')} are ${said.length} expectations in one entry`
  return document.problem([...keys, said[1]!], message, 'begin each with its own -', 'key')
}

function nameOf(keys: Keys): string {
  const last = keys.at(-1)
  if (last === undefined) return 'the file'
  return Number.isInteger(Number(last)) ? `${nameOf(keys.slice(0, -1))}[${last}]` : String(last)
}

const types: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a set of keys',
  null: 'empty',
}

function typeInWords(type: unknown): string {
  return [type]
    .flat()
    .map((name) => types[String(name)] ?? String(name))
    .join(' or ')
}

function choiceInWords(choices: Schema[]): string {
  const sets = choices.filter(({ properties }) => properties && !Object.keys(properties)[0]?.startsWith('$'))
  if (sets.length > 1) {
    const others = choices.filter((choice) => !sets.includes(choice))
    const keys = sets.map(({ properties }) => Object.keys(properties!)[0])
    const set = `a set of keys with ${keys.join(' or ')}`
    return others.length > 0 ? `${choiceInWords(others)} or ${set}` : set
  }
  const words = choices.flatMap((choice) => {
    if (choice.enum) return choice.enum.map(String)
    if (choice.const !== undefined) return [String(choice.const)]
    if (choice.pattern?.includes('{')) return ['a ${{ }}']
    if (choice.properties) {
      const keys = Object.keys(choice.properties)
      return [keys[0]?.startsWith('$') ? 'one $ operator' : `a set of keys (${keys.join(', ')})`]
    }

    return choice.type ? [typeInWords(choice.type)] : []
  })
  return [...new Set(words)].join(' or ')
}

function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a set of keys'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
