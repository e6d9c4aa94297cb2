/** What a scenario may loosen or tighten of an intermediary: of the server that it is, and of the client that it is. */
import { Type } from 'typebox'
import type { Context } from '../actor.ts'
import { Policy as ClientPolicy } from '../client-app/policy.ts'
import { Policy as ServerPolicy, policiesOf as serverPoliciesOf } from '../directory/policy.ts'
import { policyOf } from '../policy.ts'

const { revocation, onMismatch } = ClientPolicy.properties

export const Policy = Type.Object(
  { ...ServerPolicy.properties, revocation, onMismatch },
  { additionalProperties: false },
)

/** @throws in words, when something is said that it has not */
export function policiesOf(context: Context) {
  policyOf(Policy, context)
  const { onMismatch, ...server } = context.policy
  const { revocation } = server
  return {
    server: serverPoliciesOf({ ...context, policy: server }),
    client: {
      ...(revocation !== undefined && { revocation }),
      ...(onMismatch !== undefined && { onMismatch }),
    },
  }
}
