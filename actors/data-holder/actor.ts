/** Data holder: a FHIR server and its authorization server in one, at one URL. */
import type { Actor } from '../actor.ts'
import {
  authorizationServerActions,
  authorizationServerChecks,
  authorizationServerFacts,
  createAuthorizationServer,
} from '../authorization-server/create.ts'
import { endpointPaths } from '../authorization-server/server.ts'
import { tieredChecks } from '../authorization-server/tiered/tiered.ts'
import { names } from '../authorization-server/with.ts'
import { checkNames } from '../checks.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { createSigners, replaceSigner } from '../discovery/signer.ts'
import { listen } from '../listen.ts'
import {
  createResourceServer,
  endpointPaths as fhirPaths,
  resourceServerChecks,
} from '../resource-server/create.ts'
import { readData } from '../resource-server/data.ts'
import { malformed } from '../resource-server/outcome.ts'
import { createRuntime, started } from '../runtime.ts'
import { faults } from './faults.ts'
import { ownAuthorizationServer } from './own-authorization-server.ts'
import { Policy, policiesOf } from './policy.ts'
import { recordsIn } from './records.ts'
import { routes } from './routes.ts'
import { authorizationServerWith, With } from './with.ts'

/** `metadata` is what a client discovers, the UDAP metadata; that of RFC 8414 has another name here. */
const published = { metadata: 'authorizationServerMetadata' }
const { metadata: authorizationServerMetadata, ...oauthPaths } = endpointPaths

export const dataHolder: Actor<typeof With> = {
  kind: 'data-holder',
  title: 'Data holder: a FHIR server and its authorization server in one',
  serves: 'https',
  basePath: '',
  endpoints: { ...oauthPaths, ...fhirPaths, authorizationServerMetadata },
  with: With,
  policy: Policy,
  links: {},
  names,
  facts: {
    ...authorizationServerFacts,
    linked: 'whom it knows of identity providers: a list of { iss, sub }',
  },
  actions: { ...authorizationServerActions, 'credential/replace': replaceCredential },
  faults,
  checks: [...authorizationServerChecks, ...resourceServerChecks, ...checkNames(tieredChecks)],
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const runtime = createRuntime(dataHolder as Actor, context, host)
    const data = readData(w.data ?? [])
    const signers = createSigners(runtime)
    const policies = policiesOf(context, w.tokens)
    const oauth = await createAuthorizationServer(runtime, {
      issuer: context.url,
      published,
      with: authorizationServerWith(w),
      policy: policies.authorizationServer,
      role: 'authorization-server',
      resources: [context.url],
      signers,
      recordOf: recordsIn(data),
    })
    const fhir = createResourceServer(runtime, {
      data,
      policy: policies.resourceServer,
      authorizationServer: ownAuthorizationServer(oauth.server),
      signers,
    })
    await listen(runtime, (app) => routes(app, oauth, fhir), malformed)
    const linked = oauth.server.accounts.links.map(({ issuer, sub }) => ({ iss: issuer, sub }))
    const replace = replacing(context.name, (credential) => replaceSigner(runtime, signers, credential))
    return started(runtime, {
      facts: { ...oauth.facts, linked },
      actions: { ...oauth.actions, 'credential/replace': replace },
    })
  },
}
