/** Reads a request before anything is known about it. */
import type { FastifyRequest } from 'fastify'
import { fromUtf8 } from '../../wire/parse.ts'
import { queryOf } from '../query.ts'

/** Media type in lower case without its parameters, '' when there is none. */
export function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
}

/** The body as it came: every media type is read as bytes, so that it is our checks that refuse one. */
export function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

export interface Parameters {
  /** Those with a value, the first one of each name (RFC 6749 3.1: without a value is as if omitted). */
  parameters: Map<string, string>
  /** Names that came more than once. */
  repeated: Set<string>
}

/** Of an endpoint that takes parameters in the query, or with POST in a form. */
export interface ParameterRequest extends Parameters {
  method: string
  mediaType: string
}

export function parameterRequest(request: FastifyRequest): ParameterRequest {
  const { method, url } = request
  const text = method === 'POST' ? formText(request) : queryOf(url)
  return { method, mediaType: mediaType(request), ...parametersOf(text) }
}

/** Empty when it is no UTF-8. */
export const formText = (request: FastifyRequest): string => fromUtf8(rawBody(request)) ?? ''

/** @param text a query or a form */
export function parametersOf(text: string): Parameters {
  const parameters = new Map<string, string>()
  const repeated = new Set<string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) repeated.add(name)
    else parameters.set(name, value)
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name)
  return { parameters, repeated }
}
