/** Introspection endpoint (RFC 7662), for the resource servers that take tokens from here. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, runChecks } from '../../checks.ts'
import { answering, send } from '../answer.ts'
import { type FormRequest, formChecks, formRequest, refuse } from '../form-request.ts'
import { issuerOf, jwtChecks } from '../jwt.ts'
import type { Server } from '../server.ts'
import type { TokenClaims } from './access-token.ts'

const assertion = jwtChecks({
  type: 'introspection-assertion',
  noun: 'The client assertion',
  // RFC 7662 2.3: whatever is wrong with its authentication, the resource server hears invalid_client.
  errors: { unverifiable: 'invalid_client', untrusted: 'invalid_client', invalid: 'invalid_client' },
  audiences: ({ endpoints }) => [endpoints.introspection, endpoints.token],
  maxLifetimeS: (server) => server.runtime.context.spec.parameters.jwt.maxAssertionLifetimeS,
})

const resourceServer: Check<FormRequest> = {
  name: 'introspection-assertion-issuer',
  refs: [],
  run({ jwt, server }) {
    const url = issuerOf(jwt)
    if (!server.resources.includes(url)) {
      refuse('invalid_client', 'The iss claim is no resource server that takes its tokens from here.')
    }
  },
}

const certificate: Check<FormRequest> = {
  name: 'introspection-assertion-certificate',
  refs: [],
  run({ jwt }) {
    if (jwt.leaf && !jwt.leaf.uriNames.includes(issuerOf(jwt))) {
      refuse('invalid_client', 'The iss claim is not a URI subject alternative name of the certificate.')
    }
  },
}

const tokenSent: Check<FormRequest> = {
  name: 'introspection-token',
  refs: [],
  run({ form }) {
    if (!form.has('token')) refuse('invalid_request', 'token is missing.')
  },
}

export const introspectionChecks: Check<FormRequest>[] = [
  ...formChecks({
    endpoint: 'introspection',
    assertion: 'introspection-assertion',
    unauthenticated: 'invalid_client',
  }),
  assertion.format,
  assertion.x5c,
  assertion.algorithm,
  assertion.signature,
  assertion.chain,
  assertion.subject,
  resourceServer,
  certificate,
  assertion.audience,
  assertion.times,
  assertion['issued-at'],
  assertion.expiry,
  assertion.lifetime,
  assertion.jti,
  assertion.replay,
  tokenSent,
]

export function introspection(server: Server) {
  return (request: FastifyRequest, reply: FastifyReply) =>
    answering(
      reply,
      async () => {
        const subject = formRequest(server, request)
        await runChecks(introspectionChecks, subject, server.runtime.faults)
        const draft = stateOf(server, subject.form.get('token') ?? '', issuerOf(subject.jwt))
        return send(reply, 200, await server.runtime.make('introspection-response', draft, JSON.stringify))
      },
      { invalidClient: 401 },
    )
}

/** RFC 7662 2.2: of a token that is not for who asks it says no more than of one that does not exist. */
export function stateOf(server: Server, token: string, asker: string): Record<string, unknown> {
  const claims = server.accessTokens.claimsOf(token)
  if (!claims || !forWhom(claims).includes(asker) || !isRegistered(server, claims)) return { active: false }
  return { active: true, token_type: 'Bearer', ...claims }
}

const forWhom = ({ aud }: TokenClaims): unknown[] => (Array.isArray(aud) ? aud : [aud])

/** A registration that was cancelled takes its tokens with it. */
const isRegistered = (server: Server, { client_id }: TokenClaims) =>
  server.clients.byId(String(client_id)) !== undefined
