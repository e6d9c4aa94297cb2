/** The claims of a software statement (guide, Registration 3.1). */
import type { JsonObject } from '../../wire/json.ts'
import type { Runtime } from '../runtime.ts'

/**
 * @param aud the registration endpoint
 * @param metadata what is registered: grant_types, scope, …
 * @param uri of the client, as its certificate names it
 */
export function statementClaims(
  { context, nowS, id }: Runtime,
  aud: string,
  metadata: JsonObject,
  uri = context.url,
): JsonObject {
  const { spec } = context
  const iat = nowS()
  const exp = iat + spec.parameters.registration.maxLifetimeS
  return { iss: uri, sub: uri, aud, iat, exp, jti: id(), ...metadata }
}
