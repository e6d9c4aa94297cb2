/** Puts paths on the server so that everything else about them is answered with an OperationOutcome as well. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../checks.ts'
import { Unavailable } from './authorization-server.ts'
import { sendOutcome } from './outcome.ts'
import { BadSearch } from './search-parameters.ts'

export interface Route {
  /** Runs before the body is read, and throws a Refusal. */
  before?: (request: FastifyRequest) => Promise<void>
  handle: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
}

/** Path below the base path, then method. */
export type Paths = Record<string, Record<string, Route>>

export function serve(app: FastifyInstance, basePath: string, paths: Paths): void {
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((_request, reply) => sendOutcome(reply, 404, 'There is nothing at this URL.'))
  for (const [path, methods] of Object.entries(paths)) {
    const url = `${basePath}${path}`
    for (const [method, { before, handle }] of Object.entries(methods)) {
      app.route({ method, url, ...(before ? { onRequest: before } : {}), handler: handle })
    }
    const allowed = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    app.route({
      method: app.supportedMethods.filter((method) => !allowed.includes(method)),
      url,
      onRequest: async (_request, reply) =>
        sendOutcome(
          reply.header('allow', allowed.join(', ')),
          405,
          `Here only ${allowed.join(' and ')} can be used.`,
        ),
      handler: async () => undefined,
    })
  }
}

/** The parameters of the request's URL, whatever else is in that URL. */
export function queryOf({ url }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}

function answerError(
  error: FastifyError | Error,
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof Refusal) {
    const { status = 400, headers = {} } = error.answer ?? {}
    return sendOutcome(reply.headers(headers), status, error.message)
  }
  if (error instanceof BadSearch) return sendOutcome(reply, 400, error.message)
  if (error instanceof Unavailable)
    return sendOutcome(reply, 503, `The authorization server cannot be used: ${error.message}`)
  const status = 'statusCode' in error && error.statusCode !== undefined ? error.statusCode : 500
  return sendOutcome(reply, status, error.message)
}
