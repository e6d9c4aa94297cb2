/** What a scenario may loosen or tighten of a directory: of who attests, as an authorization server does. */
import { Type } from 'typebox'
import type { Context } from '../actor.ts'
import { Policy as AuthorizationServerPolicy } from '../authorization-server/policy.ts'
import { policyOf } from '../policy.ts'
import { Policy as ResourceServerPolicy } from '../resource-server/policy.ts'

const { udap } = ResourceServerPolicy.properties

export const Policy = Type.Object(
  { ...AuthorizationServerPolicy.properties, udap },
  { additionalProperties: false },
)

/** @throws in words, when something is said that it has not */
export function policiesOf(context: Context) {
  policyOf(Policy, context)
  const { udap, ...authorizationServer } = context.policy
  return {
    authorizationServer,
    resourceServer: policyOf(ResourceServerPolicy, {
      ...context,
      policy: udap === undefined ? {} : { udap },
    }),
  }
}
