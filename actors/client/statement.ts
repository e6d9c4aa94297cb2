/** The claims of a software statement (guide, Registration 3.1). */
import type { JsonObject } from '../../wire/json.ts'
import type { Runtime } from '../runtime.ts'

/**
 * @param aud the registration endpoint
 * @param metadata what is registered: grant_types, scope, …
 */
export function statementClaims(
  { context, nowS, id }: Runtime,
  aud: string,
  metadata: JsonObject,
): JsonObject {
  const { url, spec } = context
  const iat = nowS()
  const exp = iat + spec.parameters.registration.maxLifetimeS
  return { iss: url, sub: url, aud, iat, exp, jti: id(), ...metadata }
}
