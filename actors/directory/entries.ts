/** Organization and Endpoint: everybody reads and searches them, and who has a token attests their own. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isObject } from '../../wire/json.ts'
import { runChecks } from '../checks.ts'
import { jsonOf } from '../resource-server/body.ts'
import { describeType } from '../resource-server/capability-statement.ts'
import type { Resources } from '../resource-server/create.ts'
import { type DirectoryType, directoryTypes } from '../resource-server/data.ts'
import type { Guard } from '../resource-server/guard.ts'
import { sendOutcome } from '../resource-server/outcome.ts'
import { recordPaths } from '../resource-server/records.ts'
import { responses } from '../resource-server/response.ts'
import type { Paths } from '../resource-server/routes.ts'
import { everything } from '../resource-server/token-checks.ts'
import type { Runtime } from '../runtime.ts'
import { type Attestation, attestationChecks, idFrom } from './attestation-checks.ts'
import type { Listing } from './listing.ts'

/** Nobody is asked for a token, and one that is shown is not looked at. */
const everybody: Guard = {
  before: () => async () => undefined,
  admission: () => ({ token: '', claims: {}, permissions: [everything] }),
}

export const entries =
  (runtime: Runtime, listing: Listing) =>
  (guard: Guard): Resources => {
    const found = recordPaths(runtime, everybody, {
      types: directoryTypes,
      data: listing.data,
      includes: true,
    })
    const written = directoryTypes.flatMap((type): [string, Paths[string]][] => [
      [`/${type}`, { POST: { before: guard.before(type, 'create'), handle: attest(type) } }],
      [`/${type}/:id`, { PUT: { before: guard.before(type, 'update'), handle: attest(type) } }],
    ])
    const paths = { ...found }
    for (const [path, methods] of written) paths[path] = { ...found[path], ...methods }
    return { paths, described: directoryTypes.map(describe) }

    function attest(type: DirectoryType) {
      return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const { url } = runtime.context
        const { send, refuse } = responses(runtime)
        const { id } = request.params as { id?: string }
        if (id !== undefined && !listing.data[type].has(id))
          return sendOutcome(reply, 404, `There is no ${type} with this id.`)
        const { client_id } = guard.admission(request).claims
        const subject: Attestation = {
          listing,
          base: url,
          type,
          id,
          by: String(client_id),
          body: jsonOf(request),
          resource: {},
        }
        try {
          await runChecks(attestationChecks, subject, runtime.faults)
        } catch (error) {
          return refuse(reply, error)
        }
        const known = { resourceType: type, id: id ?? idFrom(runtime.id()) }
        const meta = isObject(subject.resource.meta) ? subject.resource.meta : {}
        const resource = {
          ...subject.resource,
          ...known,
          meta: { ...meta, lastUpdated: runtime.now().toISOString() },
        }
        listing.put(resource, subject.by)
        if (id !== undefined) return send(reply, resource)
        return send(reply, resource, 201, { location: `${url}/${type}/${resource.id}` })
      }
    }
  }

const describe = (type: DirectoryType) =>
  describeType(type, ['read', 'search-type', 'create', 'update'], {
    searchInclude: type === 'Endpoint' ? ['Endpoint:organization'] : ['Organization:endpoint'],
    searchRevInclude: type === 'Endpoint' ? ['Organization:endpoint'] : ['Endpoint:organization'],
  })
