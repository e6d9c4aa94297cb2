/**
 * Intermediary: a FHIR server to one side, a client of the data holder behind it to the other. Who asks here is
 * registered here; there the intermediary is, and says on whose behalf and what for it was asked.
 */
import type { Actor, Kind } from '../actor.ts'
import { authorizationServerChecks, authorizationServerFacts } from '../authorization-server/create.ts'
import { forBackends } from '../authorization-server/with.ts'
import { checkNames } from '../checks.ts'
import { believedChecks } from '../client/metadata.ts'
import { type Client, createClient, replaceSigner } from '../client-app/client.ts'
import * as discover from '../client-app/discover.ts'
import * as register from '../client-app/register.ts'
import { clientIdChecks } from '../client-app/registered.ts'
import { tokenChecks } from '../client-app/token-request.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { bothPaths, createBoth } from '../data-holder/both.ts'
import { checked } from '../input.ts'
import { resourceServerChecks } from '../resource-server/create.ts'
import { createRuntime, started } from '../runtime.ts'
import { createBehind, heldChecks } from './behind.ts'
import { faults } from './faults.ts'
import { forwarding } from './forward.ts'
import { Policy, policiesOf } from './policy.ts'
import { With } from './with.ts'

const behindKinds: Kind[] = ['data-holder', 'resource-server']

/** As a client app does it; of itself when nobody has told it to, before it first asks. */
const clientSide = {
  'udap/discover': { spec: { ...discover.spec, links: { server: behindKinds } }, of: discover.discover },
  'udap/register': { spec: { ...register.spec, links: { server: behindKinds } }, of: register.register },
}

export const intermediary: Actor<typeof With> = {
  kind: 'intermediary',
  title: 'Intermediary: a FHIR server that asks the one behind it, for the same purpose',
  serves: 'https',
  basePath: '',
  endpoints: bothPaths,
  with: With,
  policy: Policy,
  links: { behind: behindKinds },
  facts: authorizationServerFacts,
  actions: {
    'udap/discover': clientSide['udap/discover'].spec,
    'udap/register': clientSide['udap/register'].spec,
    'credential/replace': replaceCredential,
  },
  faults,
  checks: [
    ...authorizationServerChecks,
    ...resourceServerChecks,
    ...checkNames(
      believedChecks,
      register.attemptChecks,
      register.registrationChecks,
      clientIdChecks,
      tokenChecks,
      heldChecks,
    ),
  ],
  keys: ['rsa-2048'],
  async start(context, w, host) {
    const runtime = createRuntime(intermediary as Actor, context, host)
    const { name, peers, url } = context
    const policies = policiesOf(context)
    const server = peers[name]?.links.behind ?? ''
    const base = peers[server]?.url
    if (base === undefined) throw new Error(`${name} needs the name of the server behind it: behind.`)
    const asClient = { ...runtime, context: { ...context, policy: policies.client } }
    // Nobody signs in through it: it has no logo, and no browser comes back to it.
    const client: Client = createClient(asClient, { logo: '', redirectUri: url })
    const both = await createBoth(runtime, {
      with: forBackends({ scopes: w.scopes, tokenLifetimeS: w.tokenLifetimeS }),
      policies: policies.server,
      resources: forwarding(runtime, createBehind(client, server, w.scopes.join(' ')), base),
    })
    await both.listen()
    const acts = Object.entries(clientSide).map(([action, { spec, of }]) => [
      action,
      checked(action, spec, of(client)),
    ])
    return started(runtime, {
      facts: both.facts,
      actions: {
        ...Object.fromEntries(acts),
        'credential/replace': replacing(name, (credential) => {
          const asServer = both.replace(credential)
          return replaceSigner(client, credential) && asServer
        }),
      },
    })
  },
}
