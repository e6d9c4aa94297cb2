/** The FHIR server: publishes UDAP metadata, and lets in who has a token of its authorization server. */
import { type Static, Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import type { Actor } from '../actor.ts'
import { checkNames } from '../checks.ts'
import { listen } from '../listen.ts'
import { createRuntime, started } from '../runtime.ts'
import { createAuthorizationServer } from './authorization-server.ts'
import { readData } from './data.ts'
import { fhirPaths, formBodies } from './fhir.ts'
import { serve } from './routes.ts'
import { tokenChecks } from './token-checks.ts'
import { udapMetadata } from './udap-metadata.ts'

const With = Type.Object(
  {
    data: Type.Optional(
      Type.Unsafe<JsonObject | JsonObject[]>({
        'x-testbed-file': true,
        anyOf: [{ type: 'string' }, { type: 'object' }, { type: 'array', items: { type: 'object' } }],
        description:
          'What it holds: path of a JSON file, a FHIR Bundle, or a list of Patients and Observations.',
      }),
    ),
    tokensFrom: Type.Optional(
      Type.String({ description: 'Name of the authorization server whose tokens it takes.' }),
    ),
  },
  { additionalProperties: false },
)

export const resourceServer: Actor<typeof With> = {
  kind: 'resource-server',
  title: 'FHIR server that publishes UDAP metadata and takes access tokens',
  serves: 'https',
  basePath: '/fhir',
  endpoints: { metadata: METADATA_PATH, capabilities: '/metadata' },
  with: With,
  links: { tokensFrom: ['authorization-server'] },
  actions: {},
  faults: [],
  checks: checkNames(tokenChecks),
  keys: [],
  async start(context, w: Static<typeof With>, host) {
    const runtime = createRuntime(resourceServer as Actor, context, host)
    const data = readData(w.data ?? [])
    const authorizationServer = createAuthorizationServer(runtime)
    const paths = {
      [METADATA_PATH]: { GET: { handle: udapMetadata(runtime, authorizationServer) } },
      ...fhirPaths(runtime, authorizationServer, data),
    }
    await listen(runtime, (app) => {
      formBodies(app)
      serve(app, new URL(context.url).pathname.replace(/\/$/, ''), paths)
    })
    return started(runtime, { facts: {}, actions: {} })
  },
}
