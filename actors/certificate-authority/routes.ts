/** What the authority serves over plain HTTP: CRLs, its certificates (RFC 5280 4.2) and OCSP (RFC 6960 A). */
import type { FastifyInstance } from 'fastify'
import { CROSS_SIGNED_PATH, crlPath, issuerPath, OCSP_PATH } from '../../certs/urls.ts'
import { send } from './answer.ts'
import { authorityNames } from './community.ts'
import type { Publisher } from './publish.ts'

/** A request for twenty certificates fits. */
const MAX_OCSP_REQUEST_BYTES = 4096

export function routes(app: FastifyInstance, publisher: Publisher): void {
  for (const name of authorityNames) {
    app.get(crlPath(name), async (_, reply) => send(reply, await publisher.crl(name)))
    app.get(issuerPath(name), async (_, reply) => send(reply, await publisher.certificate(name)))
  }
  app.get(CROSS_SIGNED_PATH, async (_, reply) => send(reply, await publisher.crossSigned()))

  app.addContentTypeParser('application/ocsp-request', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  )
  app.post(OCSP_PATH, { bodyLimit: MAX_OCSP_REQUEST_BYTES }, async ({ body }, reply) =>
    send(reply, await publisher.ocsp(Buffer.isBuffer(body) ? body : Buffer.alloc(0))),
  )
  // A wildcard, because base64 has slashes in it that not everybody encodes.
  app.get<{ Params: { '*': string } }>(`${OCSP_PATH}/*`, async (request, reply) =>
    send(reply, await publisher.ocsp(Buffer.from(request.params['*'], 'base64'))),
  )
}
