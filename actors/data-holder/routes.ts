/** Both servers of a data holder on one origin, each of which answers errors in its own way. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuthorizationServer } from '../authorization-server/create.ts'
import type { ResourceServer } from '../resource-server/create.ts'
import { answerError, answerUnknown } from '../resource-server/routes.ts'

export function routes(app: FastifyInstance, oauth: AuthorizationServer, fhir: ResourceServer): void {
  const paths = Object.values(oauth.server.endpoints).map((url) => new URL(url).pathname)
  const isOauth = ({ url }: FastifyRequest) => {
    const [path = ''] = url.split('?', 1)
    return paths.some((one) => path === one || path.startsWith(`${one}/`))
  }
  // What cannot be routed, such as a URL that cannot be decoded, is answered as by the FHIR server.
  app.setErrorHandler(answerError)
  app.register(async (scope) => oauth.routes(scope))
  app.register(async (scope) => {
    fhir.routes(scope)
    scope.all('/*', (request, reply) =>
      isOauth(request) ? reply.callNotFound() : answerUnknown(request, reply),
    )
  })
}
