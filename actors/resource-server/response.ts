/** What the FHIR endpoints answer who shows a token, or shows none: built through make(). */
import type { FastifyReply } from 'fastify'
import type { JsonObject } from '../../wire/json.ts'
import { Refusal } from '../checks.ts'
import type { Runtime } from '../runtime.ts'
import { FHIR_JSON, outcome } from './outcome.ts'

interface Draft {
  status: number
  headers: Record<string, string>
  body: JsonObject
}

export interface Responses {
  /** 200 when no status is given. */
  send(
    reply: FastifyReply,
    resource: JsonObject,
    status?: number,
    headers?: Record<string, string>,
  ): Promise<FastifyReply>
  /** Answers a Refusal; every other error is thrown on. */
  refuse(reply: FastifyReply, error: unknown): Promise<FastifyReply>
}

export function responses({ make }: Runtime): Responses {
  async function answer(
    reply: FastifyReply,
    status: number,
    body: JsonObject,
    headers: Record<string, string> = {},
  ): Promise<FastifyReply> {
    const draft: Draft = { status, headers: { 'content-type': FHIR_JSON, ...headers }, body }
    const made = await make('fhir-response', draft, (one) => one)
    return reply.code(made.status).headers(made.headers).send(JSON.stringify(made.body))
  }
  return {
    send: (reply, resource, status = 200, headers = {}) => answer(reply, status, resource, headers),
    async refuse(reply, error) {
      if (!(error instanceof Refusal)) throw error
      const { status = 400, headers } = error.answer ?? {}
      return answer(reply, status, outcome(status, error.message), headers)
    },
  }
}
