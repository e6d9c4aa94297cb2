/** Authorization server metadata (RFC 8414 2). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SIGNING_ALGORITHMS } from '../../wire/udap.ts'
import type { Server } from './server.ts'

export function metadata(server: Server) {
  return async (_request: FastifyRequest, reply: FastifyReply) =>
    reply
      .type('application/json')
      .send(
        await server.runtime.make('authorization-server-metadata', serverMetadata(server), JSON.stringify),
      )
}

/** What OpenID Connect Discovery has of it, too. */
export function serverMetadata(server: Server): Record<string, unknown> {
  const { endpoints } = server
  const { supported, required } = server.certifications
  return {
    issuer: server.issuer,
    registration_endpoint: endpoints.registration,
    jwks_uri: endpoints.jwks,
    scopes_supported: server.with.scopes,
    ...codeFlow(server),
    grant_types_supported: server.with.grants,
    ...authenticated('token', endpoints.token),
    ...authenticated('introspection', endpoints.introspection),
    ...authenticated('revocation', endpoints.revocation),
    // RFC 8414 3.2: a member without elements is left out.
    ...(supported.length > 0 ? { udap_certifications_supported: supported } : {}),
    ...(required.length > 0 ? { udap_certifications_required: required } : {}),
  }
}

function codeFlow({ with: { grants }, endpoints, runtime }: Server): Record<string, unknown> {
  // RFC 8414 2 requires response_types_supported; without this grant there is no authorization response.
  if (!grants.includes('authorization_code')) return { response_types_supported: [] }
  const { issuerInResponse } = runtime.context.spec.parameters.authorize
  return {
    authorization_endpoint: endpoints.authorization,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 3
    ...(issuerInResponse ? { authorization_response_iss_parameter_supported: true } : {}),
  }
}

/** An endpoint where one authenticates by a signed JWT. */
function authenticated(name: string, url: string): Record<string, unknown> {
  return {
    [`${name}_endpoint`]: url,
    [`${name}_endpoint_auth_methods_supported`]: ['private_key_jwt'],
    [`${name}_endpoint_auth_signing_alg_values_supported`]: SIGNING_ALGORITHMS,
  }
}
