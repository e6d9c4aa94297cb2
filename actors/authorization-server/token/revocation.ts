/** Revocation endpoint (RFC 7009): a client ends an access token or a refresh token of its own before its time. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../../checks.ts'
import { type Answer, answering, NOT_STORED, sendAnswer } from '../answer.ts'
import { formChecks, formRequest, refuse } from '../form-request.ts'
import { issuerOf, jwtChecks } from '../jwt.ts'
import type { Server } from '../server.ts'
import { type ClientRequest, clientChecks } from './token-client.ts'
import { keySet } from './token-jku.ts'

const assertion = jwtChecks({
  type: 'revocation-assertion',
  noun: 'The client assertion',
  // As at the token endpoint.
  errors: { unverifiable: 'invalid_request', untrusted: 'invalid_client', invalid: 'invalid_client' },
  audiences: ({ endpoints }) => [endpoints.revocation, endpoints.token],
  maxLifetimeS: (server) => server.runtime.context.spec.parameters.jwt.maxAssertionLifetimeS,
})

const client = clientChecks({
  issuer: 'revocation-assertion-issuer',
  certificate: 'revocation-assertion-certificate',
  'client-id': 'revocation-client-id',
})

const tokenSent: Check<ClientRequest> = {
  name: 'revocation-token',
  refs: [],
  run({ form }) {
    if (!form.has('token')) refuse('invalid_request', 'token is missing.')
  },
}

const owner: Check<ClientRequest> = {
  name: 'revocation-owner',
  refs: [],
  run({ form, jwt, server }) {
    const token = form.get('token') ?? ''
    const family = server.grants.refreshTokenOf(token)?.family
    const clientId = family?.grant.clientId ?? server.accessTokens.claimsOf(token)?.client_id
    if (clientId !== undefined && clientId !== issuerOf(jwt)) {
      refuse('invalid_grant', 'The token was issued to another client.')
    }
  },
}

export const revocationChecks: Check<ClientRequest>[] = [
  ...formChecks({
    endpoint: 'revocation',
    assertion: 'revocation-assertion',
    unauthenticated: 'invalid_request',
  }),
  assertion.format,
  keySet('revocation-assertion'),
  assertion.x5c,
  assertion.algorithm,
  assertion.signature,
  assertion.chain,
  assertion.subject,
  client.issuer,
  client.certificate,
  client['client-id'],
  assertion.audience,
  assertion.times,
  assertion['issued-at'],
  assertion.expiry,
  assertion.lifetime,
  assertion.jti,
  assertion.replay,
  tokenSent,
  owner,
]

export function revocation(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    answering(
      reply,
      async () => {
        const subject: ClientRequest = { ...formRequest(server, request), client: undefined }
        await runChecks(revocationChecks, subject, server.runtime.faults)
        const token = subject.form.get('token') ?? ''
        server.accessTokens.revoke(token)
        // RFC 7009 2.1: with a refresh token the access tokens of its grant end, too.
        server.grants.refreshTokenOf(token)?.family.end()
        // RFC 7009 2.2: 200 for a token that never was, too; nobody reads the body.
        const answer: Answer = { status: 200, headers: NOT_STORED, body: '' }
        return sendAnswer(reply, await server.runtime.make('revocation-response', answer, (made) => made))
      },
      { invalidClient: server.policy.invalidClientStatus },
    )
}
