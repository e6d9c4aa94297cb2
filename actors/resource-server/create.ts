/** Makes a FHIR server: alone an actor, or a part of a data holder, a directory or an intermediary. */
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../../wire/json.ts'
import { SMART_CONFIGURATION_PATH } from '../../wire/oauth.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import { checkNames } from '../checks.ts'
import type { Signer } from '../discovery/signer.ts'
import { udapMetadata } from '../discovery/udap-metadata.ts'
import type { Runtime } from '../runtime.ts'
import { accessChecks } from './access-checks.ts'
import type { AuthorizationServer } from './authorization-server.ts'
import { bodies } from './body.ts'
import { capabilityStatement } from './capability-statement.ts'
import { createGuard, type Guard } from './guard.ts'
import { matchChecks } from './match-operation.ts'
import { sendFhir, sendOutcome } from './outcome.ts'
import type { Policy } from './policy.ts'
import { type Paths, serve } from './routes.ts'
import { smartConfiguration } from './smart-configuration.ts'
import { introspectionChecks, jwksChecks, tokenChecks } from './token-checks.ts'

export const resourceServerChecks = checkNames(tokenChecks, accessChecks)

/** Of those that have patients' records. */
export const clinicalChecks = [...resourceServerChecks, ...checkNames(matchChecks)]

/** Names of the endpoints with their paths below the base URL. */
export const endpointPaths = {
  metadata: METADATA_PATH,
  smart: SMART_CONFIGURATION_PATH,
  capabilities: '/metadata',
}

export interface ResourceServerOptions {
  /** By community: more of its UDAP metadata. */
  metadata?: Record<string, JsonObject> | undefined
  policy: Policy
  authorizationServer: AuthorizationServer
  /** One a community; the first signs the metadata of whoever names none. */
  signers: readonly [Signer, ...Signer[]]
  /** What there is beside the metadata. */
  resources: (guard: Guard) => Resources
}

export interface Resources {
  paths: Paths
  /** The same as a CapabilityStatement says it (rest.resource). */
  described: JsonObject[]
}

export interface ResourceServer {
  /** Its routes and how they answer errors; what is at no route is left to the caller. */
  routes(app: FastifyInstance): void
}

export function createResourceServer(
  runtime: Runtime,
  { policy, authorizationServer, signers, resources, metadata: more = {} }: ResourceServerOptions,
): ResourceServer {
  const metadata = udapMetadata({
    runtime,
    signers,
    supported: policy.udap === 'supported',
    more,
    describe: () => authorizationServer.metadata(),
    refuse: sendOutcome,
  })
  const checks = policy.tokens === 'jwks' ? jwksChecks : introspectionChecks
  const smart = smartConfiguration(runtime, authorizationServer)
  const served = resources(createGuard(runtime, authorizationServer, checks))
  const capabilities = capabilityStatement(runtime, authorizationServer, served.described)
  const paths: Paths = {
    [METADATA_PATH]: { GET: { anyOrigin: true, handle: metadata } },
    [SMART_CONFIGURATION_PATH]: { GET: { anyOrigin: true, handle: smart } },
    [endpointPaths.capabilities]: {
      GET: { anyOrigin: true, handle: async (_request, reply) => sendFhir(reply, await capabilities()) },
    },
    ...served.paths,
  }
  const basePath = new URL(runtime.context.url).pathname.replace(/\/$/, '')
  return {
    routes(app) {
      bodies(app)
      serve(app, basePath, paths)
    },
  }
}
