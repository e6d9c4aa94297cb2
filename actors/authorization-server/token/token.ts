/** Token endpoint (guide, Consumer 4.2, B2B 5.2; UDAP JWT-Based Client Authentication 5 to 7; RFC 6749 4 to 6). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../../checks.ts'
import { type Answer, answering, jsonAnswer, sendAnswer } from '../answer.ts'
import { formChecks, formRequest } from '../form-request.ts'
import { jwtChecks } from '../jwt.ts'
import type { Server } from '../server.ts'
import { codeChecks } from './authorization-code.ts'
import { b2bChecks } from './b2b.ts'
import { references } from './b2b-references.ts'
import { communityChecks } from './community.ts'
import { refreshTokenChecks } from './refresh-token.ts'
import { jwtBySecret, unlessBySecret } from './shared-secret.ts'
import { clientChecks, grantOfClient, scope } from './token-client.ts'
import { keySet } from './token-jku.ts'
import { forGrant, grantType, type TokenRequest, udapVersion } from './token-request.ts'
import { tokenResponse } from './token-response.ts'

const assertion = jwtChecks({
  type: 'client-assertion',
  noun: 'The client assertion',
  refs: {
    'certificate-policy': ['com-021'],
    format: ['gen-003', 'b2b-024', 'b2b-051', 'b2b-058', 'con-021', 'con-029'],
    x5c: ['gen-012', 'b2b-013', 'con-012'],
    algorithm: ['gen-003', 'gen-011', 'b2b-013', 'con-012'],
    signature: ['b2b-x01'],
    chain: ['gen-019', 'b2b-x02'],
    subject: ['b2b-014', 'b2b-015', 'con-013', 'con-014'],
    audience: ['b2b-016', 'b2b-x05', 'con-015'],
    times: ['b2b-017', 'b2b-018', 'con-016', 'con-017'],
    'issued-at': ['b2b-018', 'con-017'],
    expiry: ['b2b-x06'],
    lifetime: ['b2b-022', 'con-019'],
    jti: ['gen-014', 'b2b-019', 'con-018'],
    replay: ['gen-015', 'b2b-019', 'con-018'],
  },
  breaks: {
    x5c: ['b2b-x01', 'b2b-x02', 'b2b-060', 'con-031'],
    algorithm: ['b2b-x01', 'b2b-060', 'con-031'],
    signature: ['b2b-x01', 'b2b-060', 'con-031'],
    chain: ['b2b-x02', 'b2b-060', 'con-031'],
    subject: ['b2b-x03', 'b2b-060', 'con-031'],
    audience: ['b2b-x05', 'b2b-060', 'con-031'],
    times: ['b2b-x06', 'b2b-060', 'con-031'],
    expiry: ['b2b-x06', 'b2b-060', 'con-031'],
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
  { issuer: ['b2b-014', 'b2b-x03', 'con-013'], certificate: ['b2b-x03'], 'client-id': ['b2b-x04'] },
  {
    issuer: ['b2b-x03', 'b2b-060', 'con-031'],
    certificate: ['b2b-x03', 'b2b-060', 'con-031'],
    'client-id': ['b2b-x04', 'b2b-060', 'con-031'],
  },
)

const clientAuthentication: Check<TokenRequest>[] = [
  ...formChecks({
    endpoint: 'token',
    assertion: 'client-assertion',
    unauthenticated: 'invalid_request',
    refs: {
      post: ['b2b-045', 'b2b-053', 'con-023'],
      authentication: ['b2b-046', 'b2b-054', 'con-024'],
      assertion: ['b2b-050', 'b2b-057', 'con-028'],
    },
  }),
  udapVersion,
  grantType,
  assertion.format,
  keySet('client-assertion', ['gen-060', 'gen-061']),
  assertion.x5c,
  assertion.algorithm,
  assertion.signature,
  assertion.chain,
  assertion['certificate-policy'],
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
]

export const tokenChecks: Check<TokenRequest>[] = [
  ...unlessBySecret(clientAuthentication),
  grantOfClient,
  ...forGrant('client_credentials', [...b2bChecks, ...communityChecks.b2b, references, scope]),
  ...communityChecks.objects,
  ...forGrant('authorization_code', codeChecks),
  ...forGrant('refresh_token', refreshTokenChecks),
]

export function token(server: Server) {
  const { make } = server.runtime
  const made = (answer: Answer) => make('token-answer', answer, (draft) => draft)

  return (request: FastifyRequest, reply: FastifyReply) =>
    answering(
      reply,
      async () => {
        const form = formRequest(server, request)
        const subject: TokenRequest = {
          ...form,
          ...jwtBySecret(server, form),
          client: undefined,
          scopes: [],
          family: undefined,
          code: undefined,
          refreshToken: undefined,
          reused: undefined,
        }
        await runChecks(tokenChecks, subject, server.runtime.faults).catch((error) => {
          subject.reused?.end()
          throw error
        })
        const body = await make('token-response', await tokenResponse(subject), JSON.stringify)
        return sendAnswer(reply, await made(jsonAnswer(200, body)))
      },
      { invalidClient: server.policy.invalidClientStatus, made },
    )
}
