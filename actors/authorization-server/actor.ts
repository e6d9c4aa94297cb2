/** Authorization server: registers clients, lets persons sign in, and issues access tokens. */
import type { Actor, Context } from '../actor.ts'
import { checkNames } from '../checks.ts'
import { createSigners } from '../discovery/signer.ts'
import { listen } from '../listen.ts'
import { createRuntime, started } from '../runtime.ts'
import {
  authorizationServerActions,
  authorizationServerChecks,
  authorizationServerFacts,
  createAuthorizationServer,
} from './create.ts'
import { faults } from './faults/index.ts'
import { Policy } from './policy.ts'
import { endpointPaths } from './server.ts'
import { tieredFaults } from './tiered/faults.ts'
import { tieredChecks } from './tiered/tiered.ts'
import { names, With } from './with.ts'

export const authorizationServer: Actor<typeof With> = {
  kind: 'authorization-server',
  title: 'Authorization server: registers clients, lets persons sign in, issues access tokens',
  serves: 'https',
  basePath: '',
  endpoints: { ...endpointPaths },
  with: With,
  policy: Policy,
  links: {},
  names,
  facts: authorizationServerFacts,
  actions: authorizationServerActions,
  faults: [...faults, ...tieredFaults],
  checks: [...authorizationServerChecks, ...checkNames(tieredChecks)],
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const runtime = createRuntime(authorizationServer as Actor, context, host)
    const { routes, facts, actions } = await createAuthorizationServer(runtime, {
      issuer: context.url,
      with: w,
      role: 'authorization-server',
      resources: resourcesOf(context),
      // It signs nothing else with its certificates.
      signers: w.tiered && context.credentials.length > 0 ? createSigners(runtime) : [],
    })
    await listen(runtime, routes)
    return started(runtime, { facts, actions })
  },
}

/** Those who take their tokens from here. */
function resourcesOf({ name, peers }: Context): string[] {
  return Object.values(peers)
    .filter((peer) => peer.kind === 'resource-server' && peer.links.tokensFrom === name)
    .map(({ url }) => url)
}
