/** OperationOutcome: how a FHIR server says that something went wrong (FHIR R4 3.1.0.1.5). */
import type { FastifyReply } from 'fastify'
import type { JsonObject } from '../../wire/json.ts'
import type { MalformedAnswer } from '../listen.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

/** Code of the issue by HTTP status (value set issue-type). */
const codes: Record<number, string> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'not-supported',
  413: 'too-long',
  414: 'too-long',
  415: 'not-supported',
  431: 'too-long',
  502: 'transient',
  503: 'transient',
}

export function outcome(status: number, diagnostics: string): JsonObject {
  const code = codes[status] ?? (status < 500 ? 'invalid' : 'exception')
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] }
}

export function sendOutcome(reply: FastifyReply, status: number, diagnostics: string): FastifyReply {
  return sendFhir(reply.code(status), outcome(status, diagnostics))
}

export function sendFhir(reply: FastifyReply, resource: JsonObject): FastifyReply {
  return reply.type(FHIR_JSON).send(JSON.stringify(resource))
}

/** What is answered to HTTP that is none, or whose URL and headers are too long to be read. */
export const malformed = (status: number, diagnostics: string): MalformedAnswer => ({
  type: FHIR_JSON,
  body: JSON.stringify(outcome(status, diagnostics)),
})
