/** How every answer of an endpoint leaves: JSON that nobody may store. */
import type { FastifyReply } from 'fastify'
import { Refusal } from '../checks.ts'

/** RFC 6749 5.1. */
export const NOT_STORED = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** An answer as it leaves. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Record<string, unknown>
}

export const jsonAnswer = (status: number, body: Answer['body'], headers = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...NOT_STORED, ...headers },
  body,
})

export function sendAnswer(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(typeof body === 'string' ? body : JSON.stringify(body))
}

export const send = (reply: FastifyReply, status: number, json: string): FastifyReply =>
  sendAnswer(reply, jsonAnswer(status, json))

/**
 * Runs an endpoint; the refusal of a check becomes the error answer of RFC 6749 5.2 and RFC 7591 3.2.2.
 * @param invalidClient status of `invalid_client`, where RFC 6749 5.2 leaves the choice
 * @param made what the answer passes through where faults spoil it
 */
export async function answering(
  reply: FastifyReply,
  endpoint: () => Promise<FastifyReply>,
  { invalidClient = 400, made }: { invalidClient?: number; made?: (answer: Answer) => Promise<Answer> } = {},
): Promise<FastifyReply> {
  try {
    return await endpoint()
  } catch (error) {
    if (!(error instanceof Refusal) || !error.answer) throw error
    const { error: code, headers } = error.answer
    const status = code === 'invalid_client' && !headers ? invalidClient : error.answer.status
    // RFC 9110 11.6.1: a 401 has a challenge. For assertions in the form no scheme is registered.
    const challenge = status === 401 ? { 'www-authenticate': 'private_key_jwt' } : {}
    const answer = jsonAnswer(status, errorBody(code, error.message), headers ?? challenge)
    return sendAnswer(reply, made ? await made(answer) : answer)
  }
}

export const errorJson = (error: string, description: string): string =>
  JSON.stringify(errorBody(error, description))

const errorBody = (error: string, description: string) => ({
  error,
  error_description: describable(description),
})

/** RFC 6749 4.1.2.1 and 5.2 allow printable ASCII without quote and backslash. */
export function describable(text: string): string {
  return text.replace(/["’]/g, "'").replace(/[^\x20-\x5B\x5D-\x7E]/g, '?')
}
