/** What a scenario may loosen or tighten of a data holder: of its authorization server and of its FHIR server. */
import { Type } from 'typebox'
import type { Context } from '../actor.ts'
import { Policy as AuthorizationServerPolicy } from '../authorization-server/policy.ts'
import { policyOf } from '../policy.ts'
import { Policy as ResourceServerPolicy } from '../resource-server/policy.ts'

const { properties: ofAuthorizationServer } = AuthorizationServerPolicy
const { properties: ofResourceServer } = ResourceServerPolicy

export const Policy = Type.Object(
  { ...ofAuthorizationServer, ...ofResourceServer },
  { additionalProperties: false },
)

/**
 * What is said of each of the two.
 *
 * @param format of its access tokens: what only introspection can read is not looked for in a JWT
 * @throws in words, when something is said of neither
 */
export function policiesOf(context: Context, format: 'jwt' | 'opaque') {
  policyOf(Policy, context)
  const tokens = format === 'opaque' ? 'introspection' : 'jwks'
  const said = (keys: object) =>
    Object.fromEntries(Object.entries(context.policy).filter(([key]) => Object.hasOwn(keys, key)))
  return {
    authorizationServer: said(ofAuthorizationServer),
    resourceServer: policyOf(
      ResourceServerPolicy,
      { ...context, policy: said(ofResourceServer) },
      { tokens },
    ),
  }
}
