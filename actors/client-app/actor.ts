/** The client app: a backend that discovers, registers, gets a token and reads data, one action each. */
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ActionSpec, Actor } from '../actor.ts'
import { checkNames } from '../checks.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { metadataChecks } from '../discovery/metadata-checks.ts'
import { signedMetadataChecks } from '../discovery/signed-metadata-checks.ts'
import { listen } from '../listen.ts'
import { type Act, createRuntime, started } from '../runtime.ts'
import * as certify from './certify.ts'
import { type Client, createClient, missing, replaceSigner } from './client.ts'
import * as discover from './discover.ts'
import { faults } from './faults/index.ts'
import { renewalChecks } from './fhir-request.ts'
import { LOGO_PATH, logo } from './logo.ts'
import { Policy } from './policy.ts'
import * as read from './read.ts'
import * as register from './register.ts'
import * as revoke from './revoke-token.ts'
import * as search from './search.ts'
import * as token from './token.ts'

const With = Type.Object(
  {
    logo: Type.Optional(
      Type.String({ description: 'URL of its logo; one that it serves itself when left out.' }),
    ),
  },
  { additionalProperties: false },
)

const actions: Record<string, { spec: ActionSpec; of: (client: Client) => Act }> = {
  'udap/discover': { spec: discover.spec, of: discover.discover },
  'udap/register': { spec: register.spec, of: register.register },
  'udap/certify': { spec: certify.spec, of: certify.certify },
  'udap/token': { spec: token.spec, of: token.token },
  'fhir/read': { spec: read.spec, of: read.read },
  'fhir/search': { spec: search.spec, of: search.search },
  'oauth/revoke-token': { spec: revoke.spec, of: revoke.revokeToken },
  'credential/replace': {
    spec: replaceCredential,
    of: (client) => replacing(client.runtime.context.name, (credential) => replaceSigner(client, credential)),
  },
}

export const clientApp: Actor<typeof With> = {
  kind: 'client-app',
  title: 'Client app with a certificate of its own: a backend without users',
  serves: 'https',
  basePath: '',
  endpoints: { logo: LOGO_PATH },
  with: With,
  policy: Policy,
  links: {},
  facts: {},
  actions: Object.fromEntries(Object.entries(actions).map(([name, { spec }]) => [name, spec])),
  faults,
  checks: checkNames(
    metadataChecks,
    signedMetadataChecks,
    register.attemptChecks,
    register.registrationChecks,
    token.tokenChecks,
    renewalChecks,
  ),
  keys: [],
  async start(context, w: Static<typeof With>, host) {
    const runtime = createRuntime(clientApp as Actor, context, host)
    const client = createClient(runtime, w.logo ?? `${context.url}${LOGO_PATH}`)
    await listen(runtime, logo)
    const acts = Object.entries(actions).map(([name, { spec, of }]) => [
      name,
      checked(name, spec, of(client)),
    ])
    return started(runtime, { facts: {}, actions: Object.fromEntries(acts) })
  },
}

/** An input may come from a `${{ }}` that only the run could fill in. */
function checked(name: string, spec: ActionSpec, act: Act): Act {
  return async (input) => {
    const [error] = Value.Errors(spec.with, input)
    if (!error) return act(input)
    const where = error.instancePath === '' ? '' : `"${error.instancePath.slice(1).replaceAll('/', '.')}" `
    const what = error.keyword === 'boolean' ? 'is not known' : error.message
    throw missing(`The input of ${name} does not fit: ${where}${what}.`)
  }
}
