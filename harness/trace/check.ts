/** Checks what a file holds against the schema that is published for it, and says in words what is wrong. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { schemas } from '../schemas.ts'

export type Checked = 'plan' | 'trace' | 'stage' | 'result'

const maxText = 60
const ajv = new Ajv({ verbose: true })
const compiled = new Map<Checked, ValidateFunction>()

/** The first thing that is wrong, by the path of its field; undefined when the value fits. */
export function problemIn(name: Checked, value: unknown): string | undefined {
  const check = compiled.get(name) ?? ajv.compile(schemas[name])
  compiled.set(name, check)
  // A choice stands after what is wrong with each of its branches, and says it better.
  return check(value) ? undefined : inWords(check.errors!.at(-1)!)
}

function inWords({
  keyword,
  instancePath,
  params,
  schema,
  parentSchema,
  data,
  message,
}: ErrorObject): string {
  const keys = instancePath.split('/').slice(1).map(unescaped)
  const field = keys.length > 0 ? fieldOf(keys) : 'it'
  switch (keyword) {
    case 'required':
      return `${fieldOf([...keys, params.missingProperty])} is missing`
    case 'additionalProperties':
      return `${fieldOf([...keys, params.additionalProperty])} is not known here`
    case 'pattern':
      return `${field} cannot be ${valueInWords(data)} (${parentSchema?.description})`
    case 'minimum':
    case 'maximum':
      return `${field} ${message}`
    default:
      return `${field} must be ${choiceInWords((keyword === 'anyOf' ? schema : [parentSchema]) as Schema[])}, not ${valueInWords(data)}`
  }
}

/** JSON Pointer, RFC 6901 4. */
const unescaped = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~')

/** `cases[0].actors.as.url` */
function fieldOf(keys: string[]): string {
  const path = keys.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${cut(key)}`)).join('')
  return `\`${path.replace(/^\./, '')}\``
}

interface Schema {
  type?: string
  const?: unknown
  enum?: unknown[]
}

const types: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

function choiceInWords(choices: Schema[]): string {
  const words = choices.flatMap((choice) => {
    if (choice.enum) return choice.enum.map((one) => JSON.stringify(one))
    return choice.const === undefined ? types[choice.type ?? ''] : JSON.stringify(choice.const)
  })
  return [...new Set(words)].join(' or ')
}

function valueInWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : cut(JSON.stringify(value))
}

const cut = (text: string) => (text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text)
