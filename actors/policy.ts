/** What a scenario loosens or tightens of an actor: its policy, filled in. */
import { type Static, type TObject, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Context } from './actor.ts'

/** The `revocation` key of every kind that validates certificates. */
export const RevocationPolicy = Type.Enum(['hard-fail', 'soft-fail', 'off'], {
  description:
    'When nobody says whether a certificate was revoked: hard-fail refuses it, soft-fail accepts it; off does not ask.',
  default: 'hard-fail',
})

/**
 * @param fromSpec defaults that depend on the version of the guide
 * @throws in words, when the policy does not fit its schema
 */
export function policyOf<Policy extends TObject>(
  policy: Policy,
  { name, policy: given }: Context,
  fromSpec: Partial<Static<Policy>> = {},
): Static<Policy> {
  const filled = Value.Default(policy, structuredClone({ ...fromSpec, ...given })) as Record<string, unknown>
  for (const [key, value] of Object.entries(filled)) {
    const schema = policy.properties[key]
    if (!schema) throw new Error(`There is no policy.${key} for ${name}.`)
    const [error] = Value.Errors(schema, value)
    if (!error) continue
    const choices =
      'enum' in schema ? `must be one of ${(schema.enum as string[]).join(', ')}` : error.message
    throw new Error(`policy.${key} of ${name} is ${JSON.stringify(value)}; it ${choices}.`)
  }
  return filled as Static<Policy>
}
