/** How every answer of an endpoint leaves: JSON that nobody may store. */
import type { FastifyReply } from 'fastify'
import { Refusal } from '../checks.ts'

/** RFC 6749 5.1. */
export const NOT_STORED = { 'cache-control': 'no-store', pragma: 'no-cache' }

export function send(reply: FastifyReply, status: number, json: string): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-type': 'application/json', ...NOT_STORED })
    .send(json)
}

/**
 * Runs an endpoint; the refusal of a check becomes the error answer of RFC 6749 5.2 and RFC 7591 3.2.2.
 * @param invalidClient status of `invalid_client`, where RFC 6749 5.2 leaves the choice
 */
export async function answering(
  reply: FastifyReply,
  endpoint: () => Promise<FastifyReply>,
  { invalidClient = 400 }: { invalidClient?: number } = {},
): Promise<FastifyReply> {
  try {
    return await endpoint()
  } catch (error) {
    if (!(error instanceof Refusal) || !error.answer) throw error
    const { error: code, headers } = error.answer
    const status = code === 'invalid_client' && !headers ? invalidClient : error.answer.status
    // RFC 9110 11.6.1: a 401 has a challenge. For assertions in the form no scheme is registered.
    const challenge = status === 401 ? { 'www-authenticate': 'private_key_jwt' } : {}
    return send(reply.headers(headers ?? challenge), status, errorJson(code, error.message))
  }
}

export function errorJson(error: string, description: string): string {
  return JSON.stringify({ error, error_description: describable(description) })
}

/** RFC 6749 4.1.2.1 and 5.2 allow printable ASCII without quote and backslash. */
export function describable(text: string): string {
  return text.replace(/["’]/g, "'").replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
}
