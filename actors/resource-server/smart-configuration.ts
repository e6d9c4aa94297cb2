/** GET {base URL}/.well-known/smart-configuration (SMART App Launch, "Conformance"). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Described } from '../discovery/described.ts'
import type { Runtime } from '../runtime.ts'
import type { AuthorizationServer } from './authorization-server.ts'

export function smartConfiguration(runtime: Runtime, authorizationServer: AuthorizationServer) {
  return async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const draft = describe(authorizationServer, await authorizationServer.metadata())
    const body = await runtime.make('smart-configuration', draft, JSON.stringify)
    return reply.type('application/json').send(body)
  }
}

function describe({ issuer, endpoints }: AuthorizationServer, server: Described) {
  const { grantTypes, scopes, signingAlgorithms } = server
  const { authorization, token, registration } = server.endpoints
  const code = grantTypes.includes('authorization_code')
  return {
    ...(scopes.includes('openid') ? { issuer, jwks_uri: endpoints.jwks } : {}),
    ...(code ? { authorization_endpoint: authorization } : {}),
    token_endpoint: token,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: signingAlgorithms,
    registration_endpoint: registration,
    introspection_endpoint: endpoints.introspection,
    revocation_endpoint: endpoints.revocation,
    grant_types_supported: grantTypes,
    ...(code ? { response_types_supported: ['code'] } : {}),
    scopes_supported: scopes,
    // Required, and plain never (SMART App Launch, "Conformance"): no server has another method.
    code_challenge_methods_supported: ['S256'],
    capabilities: capabilities(scopes, code),
  }
}

/**
 * None of SMART's ways to authenticate a client is named: those of UDAP carry a certificate, and are in the UDAP
 * metadata.
 */
function capabilities(scopes: string[], code: boolean): string[] {
  const some = (pattern: RegExp) => scopes.some((scope) => pattern.test(scope))
  const told: Record<string, boolean> = {
    'launch-standalone': code,
    'launch-ehr': code && scopes.includes('launch'),
    'authorize-post': code,
    'sso-openid-connect': code && scopes.includes('openid') && scopes.includes('fhirUser'),
    'context-standalone-patient': code && scopes.includes('launch/patient'),
    'context-ehr-patient': code && scopes.includes('launch'),
    'context-ehr-encounter': code && scopes.includes('launch'),
    'context-banner': code && scopes.includes('launch'),
    'permission-offline': scopes.includes('offline_access'),
    'permission-online': scopes.includes('online_access'),
    'permission-patient': some(/^patient\//),
    'permission-user': some(/^user\//),
    'permission-v1': some(/\/.+\.(read|write|\*)$/),
    'permission-v2': some(/\/.+\.c?r?u?d?s?(\?|$)/),
  }
  return Object.keys(told).filter((name) => told[name])
}
