/** The claims of a client assertion: an Authentication Token (guide, B2B 5.2.1). */
import type { JsonObject } from '../../wire/json.ts'
import type { Runtime } from '../runtime.ts'

/**
 * Without extensions.
 * @param clientId of who authenticates; of a resource server its base URL (decision 5)
 * @param aud the endpoint that it is for
 */
export function assertionClaims({ context, nowS, id }: Runtime, clientId: string, aud: string): JsonObject {
  const iat = nowS()
  const exp = iat + context.spec.parameters.jwt.maxAssertionLifetimeS
  return { iss: clientId, sub: clientId, aud, iat, exp, jti: id() }
}
