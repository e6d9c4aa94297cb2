/** Is an object that a trust community defines as its JSON Schema and its rules have it? */
import { Ajv, type ValidateFunction } from 'ajv'
import type { Community, ObjectRules } from '../../spec/community.ts'
import { isObject, isStrings, type Json, type JsonObject } from '../../wire/json.ts'
import { valuesOf } from '../community.ts'

/** What is wrong with it, in words; undefined when nothing is. */
export function objectFlaw(
  object: Json | undefined,
  rules: ObjectRules,
  community: Community,
): string | undefined {
  const isGood = rules.schema && validatorOf(rules.schema)
  if (isGood && !isGood(object)) {
    const [{ instancePath, message } = { instancePath: '', message: undefined }] = isGood.errors ?? []
    return `${instancePath.slice(1).replaceAll('/', '.') || 'it'} ${message ?? 'is wrong'}`
  }
  for (const { member, among } of rules.rules ?? []) {
    const value = isObject(object) ? object[member] : undefined
    if (value === undefined) continue
    const allowed = allowedBy(community, among)
    const all = isStrings(value) ? value : [value]
    if (!all.every((one) => typeof one === 'string' && allowed.includes(one)))
      return `${member} has something else than ${among} of the community`
  }
  return undefined
}

/** A code with and without its system. */
function allowedBy(
  community: Community,
  among: 'purposeOfUse' | 'subjectRole' | 'consentPolicies',
): string[] {
  if (among === 'consentPolicies') return community.consentPolicies?.uris ?? []
  const list = community[among]
  return list ? [...list.codes.map(({ code }) => code), ...valuesOf(list)] : []
}

/** Compiling takes longer than all else. */
const compiled = new WeakMap<object, ValidateFunction>()

function validatorOf(schema: JsonObject): ValidateFunction {
  const known = compiled.get(schema) ?? new Ajv({ strict: false }).compile(schema)
  compiled.set(schema, known)
  return known
}
