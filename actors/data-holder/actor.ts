/** Data holder: a FHIR server and its authorization server in one. */
import type { Actor } from '../actor.ts'
import {
  authorizationServerChecks,
  authorizationServerFacts,
  createAuthorizationServer,
} from '../authorization-server/create.ts'
import { faults } from '../authorization-server/faults/index.ts'
import { Policy } from '../authorization-server/policy.ts'
import { endpointPaths } from '../authorization-server/server.ts'
import { names, With } from '../authorization-server/with.ts'
import { listen } from '../listen.ts'
import { createRuntime, started } from '../runtime.ts'

export const dataHolder: Actor<typeof With> = {
  kind: 'data-holder',
  title: 'Data holder: a FHIR server and its authorization server in one',
  serves: 'https',
  basePath: '',
  endpoints: { ...endpointPaths },
  with: With,
  policy: Policy,
  links: {},
  names,
  facts: authorizationServerFacts,
  actions: {},
  faults,
  checks: authorizationServerChecks,
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const runtime = createRuntime(dataHolder as Actor, context, host)
    const { routes, facts, actions } = await createAuthorizationServer(runtime, {
      issuer: context.url,
      with: w,
      traits: { role: 'authorization-server', idTokens: 'own-key', refreshTokens: true },
      resources: [context.url],
    })
    await listen(runtime, routes)
    return started(runtime, { facts, actions })
  },
}
