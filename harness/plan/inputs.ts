/** Values of inputs: as the command line or the calling step sets them, else their defaults. */
import type { Json, JsonObject } from '../../wire/json.ts'
import { hasExpression } from './expression.ts'
import type { InputEntry } from './schema.ts'
import { report, reportUnknown, type Spot, type Work, within } from './work.ts'

type Inputs = Record<string, InputEntry>

/** Inputs of a scenario. `spot` is the file's root. */
export function scenarioInputs(entries: Inputs, work: Work, spot: Spot): JsonObject {
  const values: JsonObject = {}
  for (const [name, entry] of Object.entries(entries)) {
    const here = within(spot, 'inputs', name)
    const given = work.options.inputs?.[name]
    const value = given === undefined ? (entry.default as Json | undefined) : fromText(given, entry.type)
    if (given === undefined && value === undefined) {
      report(
        work,
        here,
        `input ${name} has no value`,
        `give it a default, or run with --input ${name}=…`,
        'key',
      )
    } else if (value === undefined || !fits(value, entry.type)) {
      const said = given ?? JSON.stringify(entry.default)
      report(work, here, `input ${name} is of type ${entry.type}, and ${said} is not`, undefined, 'key')
    } else if (hasExpression(JSON.stringify(value))) {
      report(work, here, `input ${name} cannot hold a \${{ }}`, 'write it where the input is used', 'key')
    } else values[name] = value
  }
  return values
}

/** Inputs of a part. `spot` is the step that uses it; what it says may still hold expressions. */
export function partInputs(entries: Inputs, given: JsonObject, work: Work, spot: Spot): JsonObject {
  const values: JsonObject = {}
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(entries, name))
      reportUnknown(
        work,
        within(spot, 'with', name),
        `this part has no input ${name}`,
        name,
        Object.keys(entries),
      )
  }
  for (const [name, entry] of Object.entries(entries)) {
    const value = given[name] ?? (entry.default as Json | undefined)
    if (value === undefined) {
      report(
        work,
        within(spot, 'uses'),
        `this part needs the input ${name}`,
        `add ${name}: to the step's with`,
      )
    } else if (!fits(value, entry.type) && !(typeof value === 'string' && hasExpression(value))) {
      report(work, within(spot, 'with', name), `input ${name} is of type ${entry.type}`)
    } else values[name] = value
  }
  return values
}

/** A value of the command line in the type of its input; undefined when it is not of that type. */
function fromText(text: string, type: InputEntry['type']): Json | undefined {
  if (type === 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fits(value: Json, type: InputEntry['type']): boolean {
  if (type === 'array') return Array.isArray(value)
  return typeof value === type && value !== null && !Array.isArray(value)
}
