/** The FHIR endpoints: capabilities for everybody, read and search for who has a token that allows it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../checks.ts'
import type { Runtime } from '../runtime.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { capabilityStatement } from './capability-statement.ts'
import { type DataSet, type ResourceType, resourceTypes } from './data.ts'
import { sendFhir, sendOutcome } from './outcome.ts'
import { type Paths, queryOf } from './routes.ts'
import type { Interaction } from './scopes.ts'
import { search } from './search.ts'
import type { TokenSubject } from './token-checks.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_FORMATS = ['json', 'application/json', 'application/fhir+json']

export function fhirPaths(
  runtime: Runtime,
  authorizationServer: AuthorizationServer,
  tokenChecks: Check<TokenSubject>[],
  data: DataSet,
): Paths {
  const { url } = runtime.context
  const capabilities = capabilityStatement(url, runtime.now())

  function guard(type: ResourceType, interaction: Interaction) {
    return (request: FastifyRequest): Promise<void> =>
      runChecks(
        tokenChecks,
        {
          authorization: request.headers.authorization ?? '',
          audience: url,
          authorizationServer,
          nowS: runtime.nowS(),
          type,
          interaction,
          token: '',
          header: {},
          claims: {},
        },
        runtime.faults,
      )
  }

  function read(type: ResourceType) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const { id = '' } = request.params as { id?: string }
      const resource = data[type].get(id)
      return resource
        ? sendFhir(reply, resource)
        : sendOutcome(reply, 404, `There is no ${type} with this id.`)
    }
  }

  function find(type: ResourceType) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const query = queryOf(request)
      // Only _search has a body, and by its parser that is a form.
      if (typeof request.body === 'string')
        for (const [name, value] of new URLSearchParams(request.body)) query.append(name, value)
      const format = query.get('_format')
      if (format !== null && !JSON_FORMATS.includes(format))
        return sendOutcome(reply, 406, 'There is JSON only.')
      return sendFhir(reply, search(data, url, { type, query, strict: isStrict(request) }))
    }
  }

  const ofType = (type: ResourceType): Paths => ({
    [`/${type}`]: { GET: { before: guard(type, 'search'), handle: find(type) } },
    [`/${type}/_search`]: { POST: { before: guard(type, 'search'), handle: find(type) } },
    [`/${type}/:id`]: { GET: { before: guard(type, 'read'), handle: read(type) } },
  })
  return {
    '/metadata': {
      GET: { anyOrigin: true, handle: async (_request, reply) => sendFhir(reply, capabilities) },
    },
    ...Object.assign({}, ...resourceTypes.map(ofType)),
  }
}

/** FHIR R4 3.1.1.4.2, RFC 7240 2. */
const isStrict = ({ headers }: FastifyRequest): boolean =>
  /(^|[,;\s])handling="?strict"?([,;\s]|$)/i.test(String(headers.prefer ?? ''))

export function formBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => done(null, body))
}
