/** Registration endpoint (guide, Registration 3; UDAP Dynamic Client Registration 4 and 5; RFC 7591 3). */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { isStrings } from '../../../wire/json.ts'
import { type Check, runChecks } from '../../checks.ts'
import { answering, send } from '../answer.ts'
import { issuerOf, jwtChecks } from '../jwt.ts'
import type { Server } from '../server.ts'
import { certifications, certificationsList, requiredCertifications } from './certifications.ts'
import {
  cancelledClient,
  clientName,
  contacts,
  issuerInCertificate,
  scope,
  tokenEndpointAuthMethod,
} from './registration-claims.ts'
import {
  grantTypes,
  logoUri,
  postLogoutRedirectUris,
  redirectUris,
  refreshTokenGrant,
  responseTypes,
} from './registration-grants.ts'
import { logoImage } from './registration-logo.ts'
import {
  cancels,
  contentType,
  type Registering,
  registering,
  requestBody,
  udapVersion,
} from './registration-request.ts'
import { registrationResponse } from './registration-response.ts'

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
  audiences: (server) => [server.endpoints.registration],
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
  refreshTokenGrant,
  responseTypes,
  redirectUris,
  postLogoutRedirectUris,
  logoUri,
  tokenEndpointAuthMethod,
  scope,
  certificationsList,
  certifications,
  requiredCertifications,
  logoImage,
  cancelledClient,
]

export function registration(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    answering(reply, async () => {
      const subject = registering(server, request)
      await runChecks(registrationChecks, subject, server.runtime.faults)
      const { status, clientId } = cancels(subject) ? cancel(subject) : register(subject)
      const draft = registrationResponse(subject, clientId)
      return send(reply, status, await server.runtime.make('registration-response', draft, JSON.stringify))
    })
}

interface Done {
  status: number
  clientId: string | undefined
}

/** Guide, Registration 3.2.3 and 3.3: 201 for a new client, 200 for one that registered before. */
function register({ server, jwt, grantTypes: list, scopes }: Registering): Done {
  const { claims } = jwt
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const stated = {
    community: jwt.community,
    uri: issuerOf(jwt),
    grantTypes: list,
    scopes,
    redirectUris: isStrings(claims.redirect_uris) ? claims.redirect_uris : [],
    postLogoutRedirectUris: isStrings(claims.post_logout_redirect_uris)
      ? claims.post_logout_redirect_uris
      : [],
    name: text(claims.client_name) ?? issuerOf(jwt),
    logoUri: text(claims.logo_uri),
  }
  const { client, isNew } = server.clients.register(stated)
  return { status: isNew ? 201 : 200, clientId: client.clientId }
}

/** Its access tokens end by themselves; the token endpoint knows it no more. */
function cancel({ server, cancelled }: Registering): Done {
  if (cancelled) server.clients.cancel(cancelled)
  return { status: 200, clientId: cancelled?.clientId }
}
