/** Read and search of what the server holds, for who has a token that allows it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { runChecks } from '../checks.ts'
import { queryOf } from '../query.ts'
import type { Runtime } from '../runtime.ts'
import { opens, readChecks, searchChecks } from './access-checks.ts'
import { formOf, JSON_FORMATS } from './body.ts'
import { patientsNamed } from './compartment.ts'
import type { DataSet, ResourceType } from './data.ts'
import type { Guard } from './guard.ts'
import { sendOutcome } from './outcome.ts'
import { responses } from './response.ts'
import type { Paths } from './routes.ts'
import { search } from './search.ts'

export interface RecordOptions {
  types: readonly ResourceType[]
  data: DataSet
  /** Whether a search may bring along what is referred to. */
  includes?: boolean
}

export function recordPaths(
  runtime: Runtime,
  guard: Guard,
  { types, data, includes = false }: RecordOptions,
): Paths {
  const { faults } = runtime
  const { url } = runtime.context
  const { send, refuse } = responses(runtime)

  function read(type: ResourceType) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const { id = '' } = request.params as { id?: string }
      const resource = data[type].get(id)
      if (!resource) return sendOutcome(reply, 404, `There is no ${type} with this id.`)
      const { permissions } = guard.admission(request)
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
      const form = formOf(request)
      if (form === undefined) return sendOutcome(reply, 415, 'A search by POST is a form.')
      for (const [name, value] of new URLSearchParams(form)) query.append(name, value)
      const format = query.get('_format')
      if (format !== null && !JSON_FORMATS.includes(format))
        return sendOutcome(reply, 406, 'There is JSON only.')
      const patients = patientsNamed(type, query, url)
      const access = { base: url, permissions: guard.admission(request).permissions, patients }
      try {
        await runChecks(searchChecks, access, faults)
      } catch (error) {
        return refuse(reply, error)
      }
      const asked = { type, query, strict: isStrict(request), visible: opens(access), includes }
      return send(reply, search(data, url, asked))
    }
  }

  const ofType = (type: ResourceType): Paths => ({
    [`/${type}`]: { GET: { before: guard.before(type, 'search'), handle: find(type) } },
    [`/${type}/_search`]: { POST: { before: guard.before(type, 'search'), handle: find(type) } },
    [`/${type}/:id`]: { GET: { before: guard.before(type, 'read'), handle: read(type) } },
  })
  return Object.assign({}, ...types.map(ofType))
}

/** FHIR R4 3.1.1.4.2, RFC 7240 2. */
const isStrict = ({ headers }: FastifyRequest): boolean =>
  /(^|[,;\s])handling="?strict"?([,;\s]|$)/i.test(String(headers.prefer ?? ''))
