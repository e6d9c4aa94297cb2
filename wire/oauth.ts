/** Names of OAuth 2.0 that several parts use. */

/** RFC 7523 2.2: value of `client_assertion_type`. */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** RFC 8414 3: authorization server metadata of an issuer without path. */
export const SERVER_METADATA_PATH = '/.well-known/oauth-authorization-server'

/** SMART App Launch, "Conformance": below a FHIR base URL. */
export const SMART_CONFIGURATION_PATH = '/.well-known/smart-configuration'

/** OpenID Connect Discovery 4: below an issuer. */
export const OPENID_CONFIGURATION_PATH = '/.well-known/openid-configuration'

/** RFC 9068 2.1: media type of a JWT access token, as `typ`. */
export const ACCESS_TOKEN_TYPE = 'at+jwt'

/** RFC 6750 2.1: the token of an `Authorization` header; undefined when that is something else. */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization)?.[1]
}

/** Splits a `scope` value (RFC 6749 3.3) into its scope tokens, in order, without repeats. */
export function scopeTokens(scope: string): string[] {
  return [...new Set(scope.split(' ').filter((token) => token !== ''))]
}
