/**
 * What editors load: the schema of the language with the names of the catalogue in it, so that they complete
 * kinds, actions, faults and rules, and know the `with` of each. What is wrong beyond that the plan says better.
 */
import { isObject, isStrings, type Json, type JsonObject } from '../../wire/json.ts'
import type { Catalogue, JsonSchema, KindEntry } from './catalogue.ts'
import { repeatAction, repeatName } from './http-repeat.ts'
import { ScenarioSchema } from './schema.ts'
import { Expression } from './schema-expect.ts'
import { testbedSteps } from './testbed-steps.ts'

const expression = plain(Expression)
/** A name of these, or an expression that gives one. */
const oneOf = (names: Iterable<string>, ...more: JsonObject[]): JsonObject => ({
  anyOf: [{ enum: [...new Set(names)].sort() }, ...more, expression],
})

export function editorSchema(catalogue: Catalogue): JsonSchema {
  const schema = plain(ScenarioSchema)
  const { actor, certificate, step, expectation, hop } = schema.$defs as Record<string, JsonObject>
  const kinds = Object.entries(catalogue.kinds)
  const actions = actionsOf(catalogue)
  const faults = Object.fromEntries(kinds.map(([name, kind]) => [name, faultsOf(kind)]))

  describe(actor!, 'kind', { enum: Object.keys(catalogue.kinds) })
  describe(actor!, 'spec', oneOf(catalogue.versions))
  describe(certificate!, 'profile', oneOf(catalogue.profiles))
  describe(certificate!, 'key', oneOf(catalogue.keyAlgorithms))
  Object.assign(firstChoice(actor!, 'certificate'), oneOf(catalogue.profiles), { type: undefined })
  actor!.allOf = kinds.map(([name, kind]) =>
    when('kind', name, {
      with: inputOf(kind.with, {
        endpoints: { type: 'object', description: 'Where somebody else has them.' },
      }),
      policy: inputOf(kind.policy),
      // An enum cannot be empty: who cannot misbehave has no list of faults.
      faults:
        faults[name]!.length > 0
          ? { items: { properties: { inject: oneOf(faults[name]!) } } }
          : { maxItems: 0 },
    }),
  )

  describe(step!, 'uses', oneOf(Object.keys(actions), { type: 'string', pattern: '\\.ya?ml$' }))
  step!.anyOf = [{ required: ['uses'] }, { required: ['await'] }]
  describe(itemOf(step!, 'faults'), 'inject', oneOf(Object.values(faults).flat()))
  step!.allOf = Object.entries(actions).map(([name, input]) => when('uses', name, { with: input }))

  describe(expectation!, 'refs', { type: 'array', items: oneOf(catalogue.rules) })
  for (const pattern of [hop!, propertyOf(expectation!, 'hop')])
    describe(pattern, 'class', oneOf(catalogue.hopClasses ?? []))
  return { ...plain(schema), $defs: withExpressions(plain(schema.$defs as JsonObject)) }
}

/** Name of an action to the schema of its `with`: one of those that the kinds have for it. */
function actionsOf({ kinds }: Catalogue): Record<string, JsonObject> {
  const own = Object.values(kinds).flatMap(({ actions }) => Object.entries(actions))
  const all = [...own, [repeatName, repeatAction] as const, ...Object.entries(testbedSteps)]
  const byName = Map.groupBy(all, ([name]) => name)
  return Object.fromEntries(
    [...byName].map(([name, same]) => {
      const inputs = [
        ...new Map(same.map(([, action]) => [JSON.stringify(action.with), action.with])).values(),
      ]
      return [
        name,
        inputs.length === 1 ? inputOf(inputs[0]!) : { anyOf: inputs.map((input) => inputOf(input)) },
      ]
    }),
  )
}

const faultsOf = ({ faults, checks }: KindEntry): string[] => [
  ...faults,
  ...checks.map((check) => `skip/${check}`),
]

const when = (key: string, value: string, properties: JsonObject): JsonObject => ({
  if: { properties: { [key]: { const: value } }, required: [key] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties },
})

/** A schema of `with` as an author sees it. */
function inputOf(schema: JsonSchema, more: JsonObject = {}): JsonObject {
  const { properties = {}, ...rest } = relaxed(plain(schema)) as { properties?: JsonObject }
  return { ...rest, properties: { ...properties, ...more } }
}

/** What has a default may be left out. */
function relaxed(value: Json): Json {
  if (Array.isArray(value)) return value.map(relaxed)
  if (!isObject(value)) return value
  const { required, ...rest } = mapValues(value, relaxed)
  const { properties } = rest
  if (!isStrings(required) || !isObject(properties))
    return required === undefined ? rest : { ...rest, required }
  const needed = required.filter((key) => !('default' in (properties[key] as JsonObject)))
  return { ...rest, ...(needed.length > 0 && { required: needed }) }
}

/** Any value of a key may be an expression: the plan checks what comes of it. */
function withExpressions(value: Json): Json {
  if (Array.isArray(value)) return value.map(withExpressions)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const inner = withExpressions(item)
      // Also a whole item of a list, as a row of a matrix gives it.
      if (key === 'items' && isObject(inner) && inner.type === 'object') return [key, orExpression(inner)]
      return [key, key === 'properties' && isObject(inner) ? mapValues(inner, orExpression) : inner]
    }),
  )
}

function orExpression(schema: Json): Json {
  if (isObject(schema) && Array.isArray(schema.anyOf))
    return { ...schema, anyOf: [...schema.anyOf, expression] }
  if (!isObject(schema) || !('type' in schema || 'enum' in schema || '$ref' in schema)) return schema
  if (schema.type === 'string' && !('pattern' in schema || 'format' in schema || 'enum' in schema))
    return schema
  const { description, ...value } = schema
  return { ...(description !== undefined && { description }), anyOf: [value, expression] }
}

const mapValues = (value: JsonObject, change: (item: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]))

const propertyOf = (schema: JsonObject, key: string): JsonObject =>
  (schema.properties as Record<string, JsonObject>)[key]!

const itemOf = (schema: JsonObject, key: string): JsonObject => propertyOf(schema, key).items as JsonObject

const firstChoice = (schema: JsonObject, key: string): JsonObject =>
  (propertyOf(schema, key).anyOf as JsonObject[])[0]!

/** Says more of a property, in the place of its type; its description stays. */
function describe(schema: JsonObject, key: string, more: JsonObject): void {
  const { description } = propertyOf(schema, key)
  const properties = schema.properties as JsonObject
  properties[key] = { ...(description !== undefined && { description }), ...more }
}

/** A copy of what JSON can say of a schema, without annotations of our own. */
function plain(schema: object): JsonObject {
  return without(JSON.parse(JSON.stringify(schema))) as JsonObject
}

function without(value: Json): Json {
  if (Array.isArray(value)) return value.map(without)
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([key]) => !key.startsWith('x-'))
  return Object.fromEntries(kept.map(([key, item]) => [key, without(item)]))
}
