/** Registration endpoint (guide, Registration 3; UDAP Dynamic Client Registration 4 and 5; RFC 7591 3). */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { isStrings } from '../../../wire/json.ts'
import { type Check, Refusal, runChecks } from '../../checks.ts'
import { describable, NOT_STORED } from '../answer.ts'
import { issuerOf, jwtChecks } from '../jwt.ts'
import type { Server } from '../server.ts'
import { certifications, certificationsList, requiredCertifications } from './certifications.ts'
import {
  cancelledClient,
  clientName,
  clientUri,
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
    'certificate-policy': ['com-021'],
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
  breaks: {
    x5c: ['reg-033', 'reg-034'],
    signature: ['reg-033'],
    chain: ['reg-034'],
    subject: ['reg-033', 'reg-x02'],
    audience: ['reg-033', 'reg-x03'],
    times: ['reg-033'],
    expiry: ['reg-033', 'reg-x04'],
    jti: ['reg-033'],
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
  statement['certificate-policy'],
  issuerInCertificate,
  clientUri,
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
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { status, headers, body } = await answerTo(server, request)
    return reply.code(status).headers(headers).send(body)
  }
}

/** What is sent, success and refusal alike (RFC 7591 3.2.1, 3.2.2). */
export interface RegistrationAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

async function answerTo(server: Server, request: FastifyRequest): Promise<RegistrationAnswer> {
  const { make, faults } = server.runtime
  const headers = { 'content-type': 'application/json', ...NOT_STORED }
  const answer = (status: number, draft: Record<string, unknown>) =>
    make('registration-response', draft, (body) => ({ status, headers, body: JSON.stringify(body) }))
  const subject = registering(server, request)
  try {
    await runChecks(registrationChecks, subject, faults)
  } catch (error) {
    if (!(error instanceof Refusal) || !error.answer) throw error
    const { status, error: code } = error.answer
    return answer(status, { error: code, error_description: describable(error.message) })
  }
  const { status, clientId } = cancels(subject) ? cancel(subject) : register(subject)
  return answer(status, registrationResponse(subject, clientId))
}

interface Done {
  status: number
  clientId: string | undefined
}

/** Guide, Registration 3.2.3 and 3.4: 201 for a new client, 200 for one that registered before. */
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
    jku: text(claims.jku),
  }
  const { client, isNew } = server.clients.register(stated, server.policy.modifiedClientId)
  return { status: isNew ? 201 : 200, clientId: client.clientId }
}

/** Its access tokens end by themselves; the token endpoint knows it no more. */
function cancel({ server, cancelled }: Registering): Done {
  if (cancelled) server.clients.cancel(cancelled)
  return { status: 200, clientId: cancelled?.clientId }
}
