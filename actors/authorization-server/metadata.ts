/** Authorization server metadata (RFC 8414 2). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SIGNING_ALGORITHMS } from '../../wire/udap.ts'
import type { Server } from './server.ts'

export function metadata(server: Server) {
  const { runtime, endpoints } = server
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    const draft = {
      issuer: runtime.context.url,
      token_endpoint: endpoints.token,
      registration_endpoint: endpoints.registration,
      jwks_uri: endpoints.jwks,
      scopes_supported: server.with.scopes,
      // RFC 8414 2 requires it; no grant here has an authorization response.
      response_types_supported: [],
      grant_types_supported: server.with.grants,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
    }
    return reply.type('application/json').send(await runtime.make('metadata', draft, JSON.stringify))
  }
}
