/** An authorization server and a FHIR server in one, at one URL: a data holder, or what is made like one. */
import type { Static } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { Credential } from '../actor.ts'
import { createAuthorizationServer } from '../authorization-server/create.ts'
import { endpointPaths, type Server } from '../authorization-server/server.ts'
import type { With as AuthorizationServerWith } from '../authorization-server/with.ts'
import { createSigners, replaceSigner } from '../discovery/signer.ts'
import { listen } from '../listen.ts'
import {
  createResourceServer,
  endpointPaths as fhirPaths,
  type Resources,
} from '../resource-server/create.ts'
import type { Guard } from '../resource-server/guard.ts'
import { malformed } from '../resource-server/outcome.ts'
import type { Policy as ResourceServerPolicy } from '../resource-server/policy.ts'
import type { Runtime } from '../runtime.ts'
import { ownAuthorizationServer } from './own-authorization-server.ts'
import { routes } from './routes.ts'

/** `metadata` is what a client discovers, the UDAP metadata; that of RFC 8414 has another name here. */
const published = { metadata: 'authorizationServerMetadata' }
const { metadata: authorizationServerMetadata, ...oauthPaths } = endpointPaths

export const bothPaths = { ...oauthPaths, ...fhirPaths, authorizationServerMetadata }

export interface BothOptions {
  with: Static<typeof AuthorizationServerWith>
  policies: { authorizationServer: JsonObject; resourceServer: ResourceServerPolicy }
  resources: (guard: Guard, oauth: Server) => Resources
  recordOf?: Parameters<typeof createAuthorizationServer>[1]['recordOf']
}

export async function createBoth(runtime: Runtime, { with: w, policies, resources, recordOf }: BothOptions) {
  const { url } = runtime.context
  const signers = createSigners(runtime)
  const oauth = await createAuthorizationServer(runtime, {
    issuer: url,
    published,
    with: w,
    policy: policies.authorizationServer,
    role: 'authorization-server',
    resources: [url],
    signers,
    ...(recordOf && { recordOf }),
  })
  const fhir = createResourceServer(runtime, {
    policy: policies.resourceServer,
    authorizationServer: ownAuthorizationServer(oauth.server),
    signers,
    resources: (guard) => resources(guard, oauth.server),
  })
  return {
    ...oauth,
    listen: () => listen(runtime, (app) => routes(app, oauth, fhir), malformed),
    /** @returns false when there was none of that community */
    replace: (credential: Credential) => replaceSigner(runtime, signers, credential),
  }
}
