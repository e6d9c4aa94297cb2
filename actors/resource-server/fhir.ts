/** The FHIR endpoints: capabilities for everybody, read and search for who has a token that allows it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../checks.ts'
import { queryOf } from '../query.ts'
import type { Runtime } from '../runtime.ts'
import { opens, readChecks, searchChecks } from './access-checks.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { capabilityStatement } from './capability-statement.ts'
import { patientsNamed } from './compartment.ts'
import { type DataSet, type ResourceType, resourceTypes } from './data.ts'
import { sendFhir, sendOutcome } from './outcome.ts'
import { responses } from './response.ts'
import type { Paths } from './routes.ts'
import type { Interaction, Permission } from './scopes.ts'
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
  const { faults } = runtime
  const { url } = runtime.context
  const capabilities = capabilityStatement(runtime, authorizationServer)
  const { send, refuse } = responses(runtime)
  /** What the token of a request allows, from before its body was read. */
  const allowed = new WeakMap<FastifyRequest, Permission[]>()

  function guard(type: ResourceType, interaction: Interaction) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const subject: TokenSubject = {
        authorization: request.headers.authorization ?? '',
        audience: url,
        authorizationServer,
        nowS: runtime.nowS(),
        type,
        interaction,
        token: '',
        header: {},
        claims: {},
        permissions: [],
      }
      try {
        await runChecks(tokenChecks, subject, faults)
        allowed.set(request, subject.permissions)
      } catch (error) {
        await refuse(reply, error)
      }
    }
  }

  function read(type: ResourceType) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const { id = '' } = request.params as { id?: string }
      const resource = data[type].get(id)
      if (!resource) return sendOutcome(reply, 404, `There is no ${type} with this id.`)
      const permissions = allowed.get(request) ?? []
      try {
        await runChecks(readChecks, { base: url, permissions, resource }, faults)
      } catch (error) {
        return refuse(reply, error)
      }
      return send(reply, resource)
    }
  }

  function find(type: ResourceType) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const query = new URLSearchParams(queryOf(request.url))
      // Only _search has a body, and by its parser that is a form.
      if (typeof request.body === 'string')
        for (const [name, value] of new URLSearchParams(request.body)) query.append(name, value)
      const format = query.get('_format')
      if (format !== null && !JSON_FORMATS.includes(format))
        return sendOutcome(reply, 406, 'There is JSON only.')
      const patients = patientsNamed(type, query, url)
      const access = { base: url, permissions: allowed.get(request) ?? [], patients }
      try {
        await runChecks(searchChecks, access, faults)
      } catch (error) {
        return refuse(reply, error)
      }
      const visible = opens(access)
      return send(reply, search(data, url, { type, query, strict: isStrict(request), visible }))
    }
  }

  const ofType = (type: ResourceType): Paths => ({
    [`/${type}`]: { GET: { before: guard(type, 'search'), handle: find(type) } },
    [`/${type}/_search`]: { POST: { before: guard(type, 'search'), handle: find(type) } },
    [`/${type}/:id`]: { GET: { before: guard(type, 'read'), handle: read(type) } },
  })
  return {
    '/metadata': {
      GET: { anyOrigin: true, handle: async (_request, reply) => sendFhir(reply, await capabilities()) },
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
