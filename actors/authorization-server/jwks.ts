/** The keys that access tokens are signed with (RFC 7517 5). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Server } from './server.ts'

export function jwks(server: Server) {
  return async (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('application/json').send(JSON.stringify(server.accessTokens.jwks))
}
