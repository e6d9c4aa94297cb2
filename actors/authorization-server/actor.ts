/** Authorization server: registers clients (UDAP DCR) and issues access tokens to them. */
import type { FastifyInstance } from 'fastify'
import type { Actor, Context } from '../actor.ts'
import { checkNames } from '../checks.ts'
import { listen } from '../listen.ts'
import { policyOf } from '../policy.ts'
import { createRuntime, started } from '../runtime.ts'
import { createTrust } from '../trust.ts'
import { createAccessTokens } from './access-token.ts'
import { errorJson, send } from './answer.ts'
import { certificationChecks } from './certification-checks.ts'
import { programmesOf } from './certifications.ts'
import { createClients } from './clients.ts'
import { faults } from './faults/index.ts'
import { introspection, introspectionChecks } from './introspection.ts'
import { jwks } from './jwks.ts'
import { metadata } from './metadata.ts'
import { Policy } from './policy.ts'
import { registration, registrationChecks } from './registration.ts'
import { createReplay } from './replay.ts'
import { revocation, revocationChecks } from './revocation.ts'
import type { Endpoint, Server } from './server.ts'
import { token, tokenChecks } from './token.ts'
import { With } from './with.ts'

/** Facts: `issuer`, the endpoints under their names of RFC 8414, `scopes_supported`, `jwks`. */
export const authorizationServer: Actor<typeof With> = {
  kind: 'authorization-server',
  title: 'Authorization server: registers clients and issues access tokens',
  serves: 'https',
  basePath: '',
  endpoints: {
    metadata: '/.well-known/oauth-authorization-server',
    jwks: '/jwks',
    registration: '/register',
    token: '/token',
    introspection: '/introspect',
    revocation: '/revoke',
  },
  with: With,
  policy: Policy,
  links: {},
  facts: {
    issuer: 'its issuer identifier (RFC 8414)',
    token_endpoint: 'URL',
    registration_endpoint: 'URL',
    introspection_endpoint: 'URL (RFC 7662)',
    revocation_endpoint: 'URL (RFC 7009)',
    jwks_uri: 'URL of its public keys',
    scopes_supported: 'list of scopes',
    jwks: 'its public keys (RFC 7517)',
  },
  actions: {},
  faults,
  checks: checkNames(
    registrationChecks,
    certificationChecks,
    tokenChecks,
    introspectionChecks,
    revocationChecks,
  ),
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const { maxLifetimeS } = context.spec.parameters.token
    if (w.tokenLifetimeS > maxLifetimeS) {
      throw new Error(
        `tokenLifetimeS is ${w.tokenLifetimeS}, but an access token may live ${maxLifetimeS} s at most.`,
      )
    }
    const runtime = createRuntime(authorizationServer as Actor, context, host)
    const policy = policyOf(Policy, context)
    const server: Server = {
      runtime,
      with: w,
      policy,
      endpoints: endpointsOf(context),
      clients: createClients(runtime.id),
      certifications: programmesOf(policy),
      replay: createReplay({ uniquePer: context.spec.parameters.jwt.jtiUniquePer, skewS: policy.skewS }),
      trust: createTrust(runtime, policy.revocation),
      accessTokens: await createAccessTokens(runtime, w.tokens),
    }
    await listen(runtime, (app) => routes(app, server))
    return started(runtime, {
      facts: {
        issuer: context.url,
        token_endpoint: server.endpoints.token,
        registration_endpoint: server.endpoints.registration,
        introspection_endpoint: server.endpoints.introspection,
        revocation_endpoint: server.endpoints.revocation,
        jwks_uri: server.endpoints.jwks,
        scopes_supported: w.scopes,
        jwks: JSON.parse(JSON.stringify(server.accessTokens.jwks)),
      },
      actions: {},
    })
  },
}

function endpointsOf(context: Context): Server['endpoints'] {
  const published = context.peers[context.name]?.endpoints ?? {}
  const url = (name: Endpoint) => published[name] ?? `${context.url}${authorizationServer.endpoints[name]}`
  return {
    metadata: url('metadata'),
    jwks: url('jwks'),
    registration: url('registration'),
    token: url('token'),
    introspection: url('introspection'),
    revocation: url('revocation'),
  }
}

function routes(app: FastifyInstance, server: Server): void {
  const path = (url: string) => new URL(url).pathname
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  // Only what Fastify itself refuses gets here, such as a body that is too long.
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const { statusCode = 500, message } = error
    return send(reply, statusCode, errorJson(statusCode < 500 ? 'invalid_request' : 'server_error', message))
  })
  app.setNotFoundHandler((_request, reply) =>
    send(reply, 404, errorJson('invalid_request', 'There is no endpoint for this method and path.')),
  )
  app.get(path(server.endpoints.metadata), metadata(server))
  app.get(path(server.endpoints.jwks), jwks(server))
  app.post(path(server.endpoints.registration), registration(server))
  app.post(path(server.endpoints.token), token(server))
  app.post(path(server.endpoints.introspection), introspection(server))
  app.post(path(server.endpoints.revocation), revocation(server))
}
