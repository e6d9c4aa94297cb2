/** Does an object fit what a trust community says of it: its JSON Schema, and what no schema can say? */
import { Ajv, type ValidateFunction } from 'ajv'
import type { Community, MemberRule, ObjectRules } from '../../../../spec/community.ts'
import { isObject, type Json } from '../../../../wire/json.ts'

/** What is wrong with it, in words that follow "saw". */
export function unfit(
  value: Json,
  { schema, rules = [] }: ObjectRules,
  community: Community,
): string | undefined {
  const fits = schema && validator(schema)
  if (fits && !fits(value)) {
    const error = fits.errors?.[0]
    const where = error?.instancePath.split('/').slice(1).join('.') ?? ''
    return `one whose ${where === '' ? 'whole' : where} ${error?.message ?? 'does not fit'}`
  }
  const strange = rules.find(({ member, among }) => {
    const said = isObject(value) ? value[member] : undefined
    const all = allowed(community, among)
    return said !== undefined && [said].flat().some((one) => typeof one !== 'string' || !all.includes(one))
  })
  return strange && `a ${strange.member} that is none of its ${strange.among}`
}

function allowed({ consentPolicies, ...lists }: Community, among: MemberRule['among']): string[] {
  if (among === 'consentPolicies') return consentPolicies?.uris ?? []
  const { system, codes = [] } = lists[among] ?? {}
  return codes.flatMap(({ code }) => (system === undefined ? [code] : [code, `${system}#${code}`]))
}

/** A plan that was read from a file is not the same object twice. */
const compiled = new Map<string, ValidateFunction>()

function validator(schema: object): ValidateFunction {
  const text = JSON.stringify(schema)
  const known = compiled.get(text) ?? new Ajv({ strict: false }).compile(schema)
  compiled.set(text, known)
  return known
}
