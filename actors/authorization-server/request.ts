/** Reads a request before anything is known about it. */
import type { FastifyRequest } from 'fastify'

/** Media type in lower case without its parameters, '' when there is none. */
export function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
}

/** The body as it came: every media type is read as bytes, so that it is our checks that refuse one. */
export function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}
