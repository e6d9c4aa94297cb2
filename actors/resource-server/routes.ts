/** Puts paths on the server so that everything else about them is answered with an OperationOutcome as well. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../checks.ts'
import { Unavailable } from './authorization-server.ts'
import { sendOutcome } from './outcome.ts'
import { BadSearch } from './search-parameters.ts'

export interface Route {
  /** May scripts of any web origin read the answers at this path (CORS)? Only where no token is shown. */
  anyOrigin?: boolean
  /** Runs before the body is read, and answers who is not let in. */
  before?: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  handle: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
}

/** Path below the base path, then method. */
export type Paths = Record<string, Record<string, Route>>

export function serve(app: FastifyInstance, basePath: string, paths: Paths): void {
  app.setErrorHandler(answerError)
  for (const [path, methods] of Object.entries(paths)) {
    const url = `${basePath}${path}`
    const anyOrigin = Object.values(methods).some((route) => route.anyOrigin)
    for (const [method, { before, handle }] of Object.entries(methods)) {
      const onRequest = [...(anyOrigin ? [allowOrigin] : []), ...(before ? [before] : [])]
      app.route({ method, url, onRequest, handler: handle })
    }
    const used = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    const allowed = anyOrigin ? [...used, 'OPTIONS'] : used
    if (anyOrigin) app.route({ method: 'OPTIONS', url, onRequest: allowOrigin, handler: preflight(used) })
    app.route({
      method: app.supportedMethods.filter((method) => !allowed.includes(method)),
      url,
      onRequest: async (_request, reply) =>
        sendOutcome(
          reply.header('allow', allowed.join(', ')),
          405,
          `Here only ${allowed.join(', ')} can be used.`,
        ),
      handler: async () => undefined,
    })
  }
}

export async function answerUnknown(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return sendOutcome(reply, 404, 'There is nothing at this URL.')
}

async function allowOrigin(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('access-control-allow-origin', '*')
}

/** What a browser asks before a request that is not simple (Fetch 3.3.2). */
const preflight = (methods: string[]) => async (_request: FastifyRequest, reply: FastifyReply) =>
  reply
    .code(204)
    .headers({
      allow: [...methods, 'OPTIONS'].join(', '),
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': '*',
    })
    .send()

export function answerError(
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
