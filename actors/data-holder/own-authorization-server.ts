/** The authorization server of a data holder, as its FHIR server sees it: nothing goes over the wire between them. */
import type { JsonObject } from '../../wire/json.ts'
import { described } from '../authorization-server/described.ts'
import { keySet } from '../authorization-server/jwks.ts'
import type { Server } from '../authorization-server/server.ts'
import { stateOf } from '../authorization-server/token/introspection.ts'
import type { AuthorizationServer } from '../resource-server/authorization-server.ts'
import { pick, readKeys } from '../resource-server/verification-keys.ts'

export function ownAuthorizationServer(server: Server): AuthorizationServer {
  const { issuer, endpoints } = server
  return {
    issuer,
    endpoints,
    metadata: async () => described(server),
    // As they are now: a certificate may have been replaced.
    key: async (kid) => pick(readKeys(JSON.parse(JSON.stringify(keySet(server).keys))), kid),
    introspect: async (accessToken) => stateOf(server, accessToken, issuer) as JsonObject,
  }
}
