/** The FHIR server: publishes UDAP metadata, and lets in who has a token of its authorization server. */
import { type Static, Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import type { Actor } from '../actor.ts'
import { checkNames } from '../checks.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { createSigners, replaceSigner } from '../discovery/signer.ts'
import { udapMetadata } from '../discovery/udap-metadata.ts'
import { listen } from '../listen.ts'
import { policyOf } from '../policy.ts'
import { createRuntime, started } from '../runtime.ts'
import { createAuthorizationServer } from './authorization-server.ts'
import { readData } from './data.ts'
import { faults } from './faults/index.ts'
import { fhirPaths, formBodies } from './fhir.ts'
import { malformed, sendOutcome } from './outcome.ts'
import { Policy } from './policy.ts'
import { serve } from './routes.ts'
import { introspectionChecks, jwksChecks, tokenChecks } from './token-checks.ts'

const With = Type.Object(
  {
    data: Type.Optional(
      Type.Unsafe<JsonObject | JsonObject[]>({
        'x-testbed-file': true,
        anyOf: [{ type: 'string' }, { type: 'object' }, { type: 'array', items: { type: 'object' } }],
        description: 'What it holds: path of a JSON file, a FHIR Bundle, or a list of resources.',
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
  policy: Policy,
  links: { tokensFrom: ['authorization-server'] },
  facts: {},
  actions: { 'credential/replace': replaceCredential },
  faults,
  checks: checkNames(tokenChecks),
  keys: [],
  async start(context, w: Static<typeof With>, host) {
    const runtime = createRuntime(resourceServer as Actor, context, host)
    const data = readData(w.data ?? [])
    const signers = createSigners(runtime)
    const authorizationServer = createAuthorizationServer(runtime, (claims) =>
      signers[0].sign('client-assertion', claims),
    )
    const { tokens } = policyOf(Policy, context)
    const checks = tokens === 'jwks' ? jwksChecks : introspectionChecks
    const metadata = udapMetadata({
      runtime,
      signers,
      describe: () => authorizationServer.metadata(),
      refuse: sendOutcome,
    })
    const paths = {
      [METADATA_PATH]: { GET: { anyOrigin: true, handle: metadata } },
      ...fhirPaths(runtime, authorizationServer, checks, data),
    }
    await listen(
      runtime,
      (app) => {
        formBodies(app)
        serve(app, new URL(context.url).pathname.replace(/\/$/, ''), paths)
      },
      malformed,
    )
    const replace = replacing(context.name, (credential) => replaceSigner(runtime, signers, credential))
    return started(runtime, { facts: {}, actions: { 'credential/replace': replace } })
  },
}
