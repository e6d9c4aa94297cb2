/** How every answer of an endpoint leaves: JSON that nobody may store (RFC 6749 5.1). */
import type { FastifyReply } from 'fastify'
import { Refusal } from '../checks.ts'

export function send(reply: FastifyReply, status: number, json: string): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' })
    .send(json)
}

/** Runs an endpoint; the refusal of a check becomes the error answer of RFC 6749 5.2 and RFC 7591 3.2.2. */
export async function answering(
  reply: FastifyReply,
  endpoint: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await endpoint()
  } catch (error) {
    if (!(error instanceof Refusal) || !error.answer) throw error
    const { status, error: code, headers = {} } = error.answer
    return send(reply.headers(headers), status, errorJson(code, error.message))
  }
}

export function errorJson(error: string, description: string): string {
  return JSON.stringify({ error, error_description: describable(description) })
}

/** RFC 6749 5.2 allows printable ASCII without quote and backslash. */
function describable(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
}
