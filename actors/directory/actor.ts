/** Directory: Organization and Endpoint, read by everybody; who is trusted gets a token and attests their own. */
import type { Actor } from '../actor.ts'
import { authorizationServerChecks, authorizationServerFacts } from '../authorization-server/create.ts'
import { faults as ofAuthorizationServer } from '../authorization-server/faults/index.ts'
import { forBackends } from '../authorization-server/with.ts'
import { checkNames } from '../checks.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { bothPaths, createBoth } from '../data-holder/both.ts'
import { resourceServerChecks } from '../resource-server/create.ts'
import { faults as ofResourceServer } from '../resource-server/faults/index.ts'
import { createRuntime, started } from '../runtime.ts'
import { attestationChecks } from './attestation-checks.ts'
import { entries } from './entries.ts'
import { createListing } from './listing.ts'
import { Policy, policiesOf } from './policy.ts'
import { names, With } from './with.ts'

export const directory: Actor<typeof With> = {
  kind: 'directory',
  title: 'Directory of organizations and endpoints: public to read, attested with a token',
  serves: 'https',
  basePath: '',
  endpoints: bothPaths,
  with: With,
  policy: Policy,
  links: {},
  names,
  facts: authorizationServerFacts,
  actions: { 'credential/replace': replaceCredential },
  // What both can do, such as lose an answer, once.
  faults: [...new Set([...ofAuthorizationServer, ...ofResourceServer])],
  checks: [...authorizationServerChecks, ...resourceServerChecks, ...checkNames(attestationChecks)],
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const runtime = createRuntime(directory as Actor, context, host)
    const listing = createListing(context, w, host.state)
    const both = await createBoth(runtime, {
      with: forBackends({ scopes: w.scopes, tokenLifetimeS: w.tokenLifetimeS }),
      policies: policiesOf(context),
      resources: entries(runtime, listing),
    })
    await both.listen()
    return started(runtime, {
      facts: both.facts,
      actions: { 'credential/replace': replacing(context.name, both.replace) },
    })
  },
}
