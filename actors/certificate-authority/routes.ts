/** What the authority serves over plain HTTP: CRLs, its certificates (RFC 5280 4.2) and OCSP (RFC 6960 A). */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { authorityNames, type CommunityAuthority } from './authority.ts'

/** A request for twenty certificates fits. */
const MAX_OCSP_REQUEST_BYTES = 4096

export function routes(app: FastifyInstance, authority: CommunityAuthority, now: () => Date): void {
  for (const name of authorityNames) {
    app.get(`/crl/${name}.crl`, (_, reply) => der(reply, 'application/pkix-crl', authority[name].crl(now())))
    app.get(`/issuer/${name}.cer`, (_, reply) =>
      der(reply, 'application/pkix-cert', authority[name].certificate),
    )
  }
  const answer = (reply: FastifyReply, request: Buffer) =>
    der(reply, 'application/ocsp-response', authority.answerOcsp(request))

  app.addContentTypeParser('application/ocsp-request', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  )
  app.post('/ocsp', { bodyLimit: MAX_OCSP_REQUEST_BYTES }, (request, reply) =>
    answer(reply, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)),
  )
  // A wildcard, because base64 has slashes in it that not everybody encodes.
  app.get<{ Params: { '*': string } }>('/ocsp/*', (request, reply) =>
    answer(reply, Buffer.from(request.params['*'], 'base64')),
  )
}

function der(reply: FastifyReply, type: string, body: Buffer): FastifyReply {
  return reply.type(type).send(body)
}
