/** Makes an authorization server: alone an actor, or a part of a data holder or an identity provider. */
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { checkNames } from '../checks.ts'
import { definitionOf } from '../community.ts'
import type { Signer } from '../discovery/signer.ts'
import { policyOf } from '../policy.ts'
import type { Act, Runtime } from '../runtime.ts'
import { createTrust } from '../trust.ts'
import { createAccounts } from './accounts.ts'
import { errorJson, send } from './answer.ts'
import { authorization, authorizationChecks } from './authorization/authorization.ts'
import { createGrants } from './authorization/grants.ts'
import { interactionChecks, interactionForm, interactionPage } from './authorization/interaction-pages.ts'
import { createInteractions } from './authorization/interactions.ts'
import { launchAction, launching } from './authorization/launch-action.ts'
import { createLaunches } from './authorization/launches.ts'
import { createSessions } from './authorization/sessions.ts'
import { createClients } from './clients.ts'
import { jwks, keySet } from './jwks.ts'
import { metadata } from './metadata.ts'
import { endSession, endSessionChecks } from './openid/end-session.ts'
import { isOpenIdProvider, openidConfiguration } from './openid/openid-configuration.ts'
import { userinfo, userinfoChecks } from './openid/userinfo.ts'
import { createOwnKey } from './own-key.ts'
import { Policy } from './policy.ts'
import { certificationChecks } from './registration/certification-checks.ts'
import { programmesOf } from './registration/certifications.ts'
import { registration, registrationChecks } from './registration/registration.ts'
import { createReplay } from './replay.ts'
import { type Endpoint, endpointPaths, type Role, type Server } from './server.ts'
import { createTiered } from './tiered/tiered.ts'
import { createAccessTokens } from './token/access-token.ts'
import { introspection, introspectionChecks } from './token/introspection.ts'
import { revocation, revocationChecks } from './token/revocation.ts'
import { enrolAction, enrolling } from './token/shared-secret.ts'
import { token, tokenChecks } from './token/token.ts'
import type { With } from './with.ts'

/** Of the checks of all its endpoints. */
export const authorizationServerChecks = checkNames(
  registrationChecks,
  certificationChecks,
  authorizationChecks,
  interactionChecks,
  tokenChecks,
  introspectionChecks,
  revocationChecks,
  userinfoChecks,
  endSessionChecks,
)

/** Of those that have FHIR servers. */
export const authorizationServerActions = { 'smart/launch': launchAction, 'oauth/enrol-client': enrolAction }

/** What `facts` of an authorization server are. */
export const authorizationServerFacts = {
  issuer: 'its issuer identifier (RFC 8414)',
  authorization_endpoint: 'URL',
  token_endpoint: 'URL',
  registration_endpoint: 'URL',
  introspection_endpoint: 'URL (RFC 7662)',
  revocation_endpoint: 'URL (RFC 7009)',
  jwks_uri: 'URL of its public keys',
  scopes_supported: 'list of scopes',
  jwks: 'its public keys (RFC 7517)',
}

export interface AuthorizationServerOptions {
  issuer: string
  /** Names of its endpoints among those that are published of the actor, where they differ. */
  published?: Partial<Record<Endpoint, string>>
  with: Static<typeof With>
  role: Role
  resources: string[]
  /** What ID tokens are signed with, where it signs them with its certificate. */
  signers?: Signer[]
  /** What its scenario says of its policy, where the actor has more of it than this server. */
  policy?: JsonObject
  /** What is told of a Patient resource where one is chosen: only who holds the data knows. */
  recordOf?: Server['recordOf']
}

export interface AuthorizationServer {
  server: Server
  routes(app: FastifyInstance): void
  facts: JsonObject
  actions: Record<string, Act>
}

export async function createAuthorizationServer(
  runtime: Runtime,
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const { issuer, published = {}, with: w, role, resources, signers = [] } = options
  const { recordOf = () => undefined } = options
  const { context } = runtime
  const { parameters } = context.spec
  const { maxLifetimeS, subjectId } = parameters.token
  if (w.tokenLifetimeS > maxLifetimeS) {
    throw new Error(
      `tokenLifetimeS is ${w.tokenLifetimeS}, but an access token may live ${maxLifetimeS} s at most.`,
    )
  }
  const policy = policyOf(Policy, { ...context, policy: options.policy ?? context.policy }, { subjectId })
  const { state } = runtime.host
  const clients = createClients(runtime.id, parameters.registration.modifiedBy, state)
  const grants = createGrants(runtime, clients)
  const accounts = createAccounts(context, issuer, w)
  const ownKey = await createOwnKey(context)
  const server: Server = {
    runtime,
    issuer,
    with: { ...w, scopes: offered(context, w.scopes) },
    policy,
    role,
    resources,
    endpoints: endpointsOf(runtime, issuer, published),
    accounts,
    clients,
    grants,
    interactions: createInteractions(runtime),
    sessions: createSessions(runtime, accounts),
    launches: createLaunches(runtime.id),
    certifications: programmesOf(policy),
    replay: createReplay({
      uniquePer: parameters.jwt.jtiUniquePer,
      skewS: longestSkew(context, policy),
      state,
    }),
    trust: createTrust(runtime, policy.revocation),
    ownKey,
    accessTokens: createAccessTokens(runtime, { issuer, format: w.tokens, resources, ownKey, grants }),
    signers,
    tiered: undefined,
    recordOf,
  }
  server.tiered = createTiered(server)
  const { endpoints } = server
  return {
    server,
    routes: (app) => routes(app, server),
    facts: {
      issuer,
      authorization_endpoint: endpoints.authorization,
      token_endpoint: endpoints.token,
      registration_endpoint: endpoints.registration,
      introspection_endpoint: endpoints.introspection,
      revocation_endpoint: endpoints.revocation,
      jwks_uri: endpoints.jwks,
      scopes_supported: server.with.scopes,
      jwks: JSON.parse(JSON.stringify(keySet(server))),
    },
    actions: { 'smart/launch': launching(server), 'oauth/enrol-client': enrolling(server) },
  }
}

/** With those that a trust community asks every server to offer. */
function offered({ anchors, communities }: Runtime['context'], scopes: string[]): string[] {
  const agreed = anchors.flatMap((one) => definitionOf({ communities }, one.community)?.scopes?.minimum ?? [])
  return [...new Set([...scopes, ...agreed])]
}

/** By which the clocks in any of its communities may differ. */
function longestSkew({ communities = {} }: Runtime['context'], { skewS }: Policy): number {
  return Math.max(skewS, ...Object.values(communities).map(({ time }) => time?.maxSkewS ?? 0))
}

function endpointsOf(
  { context }: Runtime,
  issuer: string,
  published: Partial<Record<Endpoint, string>>,
): Server['endpoints'] {
  const known = context.peers[context.name]?.endpoints ?? {}
  const names = Object.keys(endpointPaths) as Endpoint[]
  const urls = names.map((name) => [name, known[published[name] ?? name] ?? issuer + endpointPaths[name]])
  return Object.fromEntries(urls)
}

function routes(app: FastifyInstance, server: Server): void {
  const path = (name: Endpoint) => new URL(server.endpoints[name]).pathname
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
  app.get(path('metadata'), metadata(server))
  app.get(path('jwks'), jwks(server))
  app.post(path('registration'), registration(server))
  app.get(path('authorization'), authorization(server))
  app.post(path('authorization'), authorization(server))
  app.get(`${path('interaction')}/:id`, interactionPage(server))
  app.post(`${path('interaction')}/:id`, interactionForm(server))
  app.post(path('token'), token(server))
  app.post(path('introspection'), introspection(server))
  app.post(path('revocation'), revocation(server))
  server.tiered?.routes(app)
  if (isOpenIdProvider(server)) {
    app.get(path('openid'), openidConfiguration(server))
    app.get(path('userinfo'), userinfo(server))
    app.post(path('userinfo'), userinfo(server))
    app.get(path('endSession'), endSession(server))
    app.post(path('endSession'), endSession(server))
  }
}
