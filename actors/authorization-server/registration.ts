/** Registration endpoint (guide, Registration 3; UDAP Dynamic Client Registration 4 and 5; RFC 7591 3). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../checks.ts'
import { answering, send } from './answer.ts'
import type { Client } from './clients.ts'
import { issuerOf, jwtChecks } from './jwt.ts'
import {
  clientName,
  contacts,
  grantTypes,
  issuerInCertificate,
  redirectUris,
  responseTypes,
  scope,
  tokenEndpointAuthMethod,
} from './registration-claims.ts'
import {
  contentType,
  type Registering,
  registering,
  requestBody,
  udapVersion,
} from './registration-request.ts'
import type { Server } from './server.ts'

const statement = jwtChecks({
  type: 'software-statement',
  noun: 'The software statement',
  refs: {
    format: ['gen-003', 'gen-004', 'reg-033'],
    x5c: ['gen-012', 'reg-006'],
    algorithm: ['gen-003', 'gen-011'],
    signature: ['reg-007', 'reg-033'],
    chain: ['gen-019', 'reg-034'],
    subject: ['reg-010', 'reg-x02'],
    audience: ['reg-011', 'reg-x03'],
    times: ['reg-012', 'reg-013'],
    'issued-at': ['reg-013'],
    expiry: ['reg-x04'],
    lifetime: ['reg-012'],
    jti: ['gen-014', 'reg-014'],
    replay: ['gen-015', 'reg-014'],
  },
  errors: {
    unverifiable: 'invalid_software_statement',
    untrusted: 'unapproved_software_statement',
    invalid: 'invalid_software_statement',
  },
  audience: (server) => server.endpoints.registration,
  maxLifetimeS: (server) => server.runtime.context.spec.parameters.registration.maxLifetimeS,
})

export const registrationChecks: Check<Registering>[] = [
  contentType,
  requestBody,
  udapVersion,
  statement.format,
  statement.x5c,
  statement.algorithm,
  statement.signature,
  statement.chain,
  issuerInCertificate,
  statement.subject,
  statement.audience,
  statement.times,
  statement['issued-at'],
  statement.expiry,
  statement.lifetime,
  statement.jti,
  statement.replay,
  clientName,
  contacts,
  grantTypes,
  responseTypes,
  redirectUris,
  tokenEndpointAuthMethod,
  scope,
]

export function registration(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    answering(reply, async () => {
      const subject = registering(server, request)
      await runChecks(registrationChecks, subject, server.runtime.faults)
      const { client, isNew } = server.clients.register({
        community: subject.jwt.community,
        uri: issuerOf(subject.jwt),
        grantTypes: subject.grantTypes,
        scopes: subject.scopes,
      })
      const draft = registered(subject, client)
      return send(
        reply,
        isNew ? 201 : 200,
        await server.runtime.make('registration-response', draft, JSON.stringify),
      )
    })
}

/** Claims of a statement that are about the JWT, not about the client. */
const JWT_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti']

/** Metadata that is taken over as the client stated it. */
const METADATA = ['client_name', 'contacts', 'logo_uri', 'token_endpoint_auth_method']

/** RFC 7591 3.2.1: what was registered. A parameter without a value is left out (guide, Registration 3.2.3). */
function registered({ server, jwt }: Registering, client: Client): Record<string, unknown> {
  const { echoJwtClaims } = server.runtime.context.spec.parameters.registration
  const taken = [...(echoJwtClaims ? JWT_CLAIMS : []), ...METADATA].filter(
    (name) => Object.hasOwn(jwt.claims, name) && jwt.claims[name] !== null && jwt.claims[name] !== '',
  )
  return {
    client_id: client.clientId,
    software_statement: jwt.compact,
    ...Object.fromEntries(taken.map((name) => [name, jwt.claims[name]])),
    grant_types: client.grantTypes,
    scope: client.scopes.join(' '),
  }
}
