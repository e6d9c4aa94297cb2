/** The client app: a backend that discovers, registers, gets a token and reads data, one action each. */
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ActionSpec, Actor } from '../actor.ts'
import { checkNames } from '../checks.ts'
import { type Act, createRuntime, started } from '../runtime.ts'
import { type Client, createClient, missing } from './client.ts'
import * as discover from './discover.ts'
import { faults } from './faults.ts'
import { metadataChecks } from './metadata-checks.ts'
import * as read from './read.ts'
import * as register from './register.ts'
import * as search from './search.ts'
import { signedMetadataChecks } from './signed-metadata-checks.ts'
import * as token from './token.ts'

const With = Type.Object({}, { additionalProperties: false })

const actions: Record<string, { spec: ActionSpec; of: (client: Client) => Act }> = {
  'udap/discover': { spec: discover.spec, of: discover.discover },
  'udap/register': { spec: register.spec, of: register.register },
  'udap/token': { spec: token.spec, of: token.token },
  'fhir/read': { spec: read.spec, of: read.read },
  'fhir/search': { spec: search.spec, of: search.search },
}

export const clientApp: Actor<typeof With> = {
  kind: 'client-app',
  title: 'Client app with a certificate of its own: a backend without users',
  serves: 'nothing',
  basePath: '',
  endpoints: {},
  with: With,
  links: {},
  actions: Object.fromEntries(Object.entries(actions).map(([name, { spec }]) => [name, spec])),
  faults,
  checks: checkNames(metadataChecks, signedMetadataChecks, register.registrationChecks, token.tokenChecks),
  keys: [],
  async start(context, _w, host) {
    const runtime = createRuntime(clientApp as Actor, context, host)
    const client = createClient(runtime)
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
    throw missing(`The input of ${name} does not fit: ${where}${error.message}.`)
  }
}
