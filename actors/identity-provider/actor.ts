/** Identity provider: an OpenID Provider that publishes UDAP metadata and takes UDAP registrations. */
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

export const identityProvider: Actor<typeof With> = {
  kind: 'identity-provider',
  title: 'OpenID Provider with UDAP metadata and UDAP registration',
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
    const runtime = createRuntime(identityProvider as Actor, context, host)
    const { routes, facts, actions } = await createAuthorizationServer(runtime, {
      issuer: context.url,
      with: w,
      traits: {
        role: 'identity-provider',
        idTokens: 'certificate',
        refreshTokens: false,
        maxTokenLifetimeS: 300,
      },
      resources: [],
    })
    await listen(runtime, routes)
    return started(runtime, { facts, actions })
  },
}
