/** What the authority answers over HTTP, as plain data that faults can change, and how it is sent. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

export interface Answer {
  status: number
  type: string
  /** Base64. */
  body: string
  /** Zero bytes that are sent after it. */
  moreBytes: number
}

export const answer = (type: string, der: Buffer): Answer => ({
  status: 200,
  type,
  body: der.toString('base64'),
  moreBytes: 0,
})

export function send(reply: FastifyReply, given: Answer | undefined): FastifyReply {
  if (!given) {
    reply.callNotFound()
    return reply
  }
  const { status, type, body, moreBytes } = given
  const bytes = Buffer.from(body, 'base64')
  return reply
    .code(status)
    .type(type)
    .send(moreBytes === 0 ? bytes : Readable.from(pieces(bytes, moreBytes)))
}

/** One piece of zeros, sent again and again: nobody holds the whole. */
const ZEROS = Buffer.alloc(64 * 1024)

function* pieces(first: Buffer, moreBytes: number): Generator<Buffer> {
  yield first
  for (let left = moreBytes; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left)
}
