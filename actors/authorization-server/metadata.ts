/** Authorization server metadata (RFC 8414 2). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SIGNING_ALGORITHMS } from '../../wire/udap.ts'
import type { Server } from './server.ts'
import { servedGrants } from './token/grants.ts'

export function metadata(server: Server) {
  const { runtime, endpoints } = server
  const { supported, required } = server.certifications
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    const draft = {
      issuer: server.issuer,
      registration_endpoint: endpoints.registration,
      jwks_uri: endpoints.jwks,
      scopes_supported: server.with.scopes,
      // RFC 8414 2 requires it; no grant here has an authorization response.
      response_types_supported: [],
      grant_types_supported: servedGrants(server),
      ...authenticated('token', endpoints.token),
      ...authenticated('introspection', endpoints.introspection),
      ...authenticated('revocation', endpoints.revocation),
      // RFC 8414 3.2: a member without elements is left out.
      ...(supported.length > 0 ? { udap_certifications_supported: supported } : {}),
      ...(required.length > 0 ? { udap_certifications_required: required } : {}),
    }
    return reply
      .type('application/json')
      .send(await runtime.make('authorization-server-metadata', draft, JSON.stringify))
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
