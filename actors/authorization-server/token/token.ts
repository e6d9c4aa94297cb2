/** Token endpoint (guide, B2B 5.2; UDAP JWT-Based Client Authentication 5 to 7; RFC 6749 4.4 and 5). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../../checks.ts'
import { answering, send } from '../answer.ts'
import { formChecks, formRequest } from '../form-request.ts'
import { issuerOf, jwtChecks } from '../jwt.ts'
import type { Server } from '../server.ts'
import { b2bChecks } from './b2b.ts'
import { clientChecks, grantOfClient, scope } from './token-client.ts'
import { grantType, type TokenRequest, udapVersion } from './token-request.ts'

const assertion = jwtChecks({
  type: 'client-assertion',
  noun: 'The client assertion',
  refs: {
    format: ['gen-003', 'b2b-024', 'b2b-058'],
    x5c: ['gen-012', 'b2b-013'],
    algorithm: ['gen-003', 'gen-011', 'b2b-013'],
    signature: ['b2b-x01'],
    chain: ['gen-019', 'b2b-x02'],
    subject: ['b2b-014', 'b2b-015'],
    audience: ['b2b-016', 'b2b-x05'],
    times: ['b2b-017', 'b2b-018'],
    'issued-at': ['b2b-018'],
    expiry: ['b2b-x06'],
    lifetime: ['b2b-022'],
    jti: ['gen-014', 'b2b-019'],
    replay: ['gen-015', 'b2b-019'],
  },
  // UDAP JWT-Based Client Authentication 7.2
  errors: { unverifiable: 'invalid_request', untrusted: 'invalid_client', invalid: 'invalid_client' },
  audiences: (server) => [server.endpoints.token],
  maxLifetimeS: (server) => server.runtime.context.spec.parameters.jwt.maxAssertionLifetimeS,
})

const client = clientChecks(
  {
    issuer: 'client-assertion-issuer',
    certificate: 'client-assertion-certificate',
    'client-id': 'token-client-id',
  },
  { issuer: ['b2b-014', 'b2b-x03'], certificate: ['b2b-x03'], 'client-id': ['b2b-x04'] },
)

export const tokenChecks: Check<TokenRequest>[] = [
  ...formChecks({
    endpoint: 'token',
    assertion: 'client-assertion',
    unauthenticated: 'invalid_request',
    refs: { post: ['b2b-053'], authentication: ['b2b-054'], assertion: ['b2b-057'] },
  }),
  udapVersion,
  grantType,
  assertion.format,
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
  grantOfClient,
  ...b2bChecks,
  scope,
]

export function token(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    answering(
      reply,
      async () => {
        const form = formRequest(server, request)
        const subject: TokenRequest = { ...form, client: undefined, scopes: [] }
        await runChecks(tokenChecks, subject, server.runtime.faults)
        const scopes = subject.scopes.join(' ')
        const lifetimeS = server.with.tokenLifetimeS
        const draft = {
          access_token: await server.accessTokens.issue(issuerOf(subject.jwt), scopes, lifetimeS),
          token_type: 'Bearer',
          expires_in: lifetimeS,
          scope: scopes,
        }
        return send(reply, 200, await server.runtime.make('token-response', draft, JSON.stringify))
      },
      { invalidClient: server.policy.invalidClientStatus },
    )
}
