/** What a granted registration is answered with (RFC 7591 3.2.1; guide, Registration 3.2.3). */
import type { JsonObject } from '../../../wire/json.ts'
import type { Registering } from './registration-request.ts'

/** Claims of a statement that are about the JWT, not about the client. */
const JWT_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti']

/** Metadata of RFC 7591 2 that is taken over as the client stated it. */
const METADATA = [
  'client_name',
  'client_uri',
  'logo_uri',
  'contacts',
  'tos_uri',
  'policy_uri',
  'software_id',
  'software_version',
  'redirect_uris',
  'post_logout_redirect_uris',
  'response_types',
  'token_endpoint_auth_method',
]

/** @param clientId undefined only behind a skipped check */
export function registrationResponse(
  { server, jwt, body, grantTypes, scopes, accepted }: Registering,
  clientId: string | undefined,
): Record<string, unknown> {
  const { echoJwtClaims } = server.runtime.context.spec.parameters.registration
  return {
    ...(clientId === undefined ? {} : { client_id: clientId }),
    software_statement: jwt.compact,
    ...taken(jwt.claims, echoJwtClaims ? [...JWT_CLAIMS, ...METADATA] : METADATA),
    grant_types: grantTypes,
    ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    // UDAP Certifications 6.7: those accepted, and no other.
    ...(Object.hasOwn(body, 'certifications') ? { certifications: accepted } : {}),
  }
}

/** A parameter without a value is left out (guide, Registration 3.2.3). */
function taken(claims: JsonObject, names: string[]): JsonObject {
  const given = names.filter(
    (name) => Object.hasOwn(claims, name) && claims[name] !== null && claims[name] !== '',
  )
  return Object.fromEntries(given.map((name) => [name, claims[name]!]))
}
