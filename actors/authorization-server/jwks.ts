/** The keys that access tokens and ID tokens are signed with (RFC 7517 5). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JWK } from 'jose'
import type { Server } from './server.ts'

export function keySet({ ownKey, signers, role }: Server): { keys: JWK[] } {
  const certified = role === 'identity-provider' ? signers.map(({ jwk }) => jwk) : []
  return { keys: [ownKey.jwk, ...certified] }
}

export function jwks(server: Server) {
  return async (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('application/json').send(JSON.stringify(keySet(server)))
}
