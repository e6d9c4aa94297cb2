/** Makes a FHIR server: alone an actor, or a part of a data holder. */
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
import type { DataSet } from './data.ts'
import { fhirPaths, formBodies } from './fhir.ts'
import { sendOutcome } from './outcome.ts'
import type { Policy } from './policy.ts'
import { type Paths, serve } from './routes.ts'
import { smartConfiguration } from './smart-configuration.ts'
import { introspectionChecks, jwksChecks, tokenChecks } from './token-checks.ts'

export const resourceServerChecks = [...checkNames(tokenChecks), ...checkNames(accessChecks)]

/** Names of the endpoints with their paths below the base URL. */
export const endpointPaths = {
  metadata: METADATA_PATH,
  smart: SMART_CONFIGURATION_PATH,
  capabilities: '/metadata',
}

export interface ResourceServerOptions {
  /** By community: more of its UDAP metadata. */
  metadata?: Record<string, JsonObject> | undefined
  data: DataSet
  policy: Policy
  authorizationServer: AuthorizationServer
  /** One a community; the first signs the metadata of whoever names none. */
  signers: readonly [Signer, ...Signer[]]
}

export interface ResourceServer {
  /** Its routes and how they answer errors; what is at no route is left to the caller. */
  routes(app: FastifyInstance): void
}

export function createResourceServer(
  runtime: Runtime,
  { data, policy, authorizationServer, signers, metadata: more = {} }: ResourceServerOptions,
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
  const paths: Paths = {
    [METADATA_PATH]: { GET: { anyOrigin: true, handle: metadata } },
    [SMART_CONFIGURATION_PATH]: { GET: { anyOrigin: true, handle: smart } },
    ...fhirPaths(runtime, authorizationServer, checks, data),
  }
  const basePath = new URL(runtime.context.url).pathname.replace(/\/$/, '')
  return {
    routes(app) {
      formBodies(app)
      serve(app, basePath, paths)
    },
  }
}
