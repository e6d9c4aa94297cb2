/** The FHIR server: publishes UDAP metadata, and lets in who has a token of its authorization server. */
import { type Static, Type } from 'typebox'
import type { Actor } from '../actor.ts'
import { replaceCredential, replacing } from '../credential.ts'
import { createSigners, replaceSigner } from '../discovery/signer.ts'
import { listen } from '../listen.ts'
import { policyOf } from '../policy.ts'
import { createRuntime, started } from '../runtime.ts'
import { clinical } from './clinical.ts'
import { clinicalChecks, createResourceServer, endpointPaths } from './create.ts'
import { readData } from './data.ts'
import { faults } from './faults/index.ts'
import { malformed } from './outcome.ts'
import { Policy } from './policy.ts'
import { remoteAuthorizationServer } from './remote-authorization-server.ts'
import { answerUnknown } from './routes.ts'
import { Data, Metadata } from './with.ts'

const With = Type.Object(
  {
    data: Type.Optional(Data),
    metadata: Type.Optional(Metadata),
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
  endpoints: { ...endpointPaths },
  with: With,
  policy: Policy,
  links: { tokensFrom: ['authorization-server'] },
  facts: {},
  actions: { 'credential/replace': replaceCredential },
  faults,
  checks: clinicalChecks,
  keys: [],
  async start(context, w: Static<typeof With>, host) {
    const runtime = createRuntime(resourceServer as Actor, context, host)
    const data = readData(w.data ?? [])
    const signers = createSigners(runtime)
    const authorizationServer = remoteAuthorizationServer(runtime, (claims) =>
      signers[0].sign('client-assertion', claims),
    )
    const policy = policyOf(Policy, context)
    const { metadata } = w
    const resources = clinical(runtime, data)
    const options = { policy, authorizationServer, signers, resources, metadata }
    const { routes } = createResourceServer(runtime, options)
    await listen(
      runtime,
      (app) => {
        routes(app)
        app.setNotFoundHandler(answerUnknown)
      },
      malformed,
    )
    const replace = replacing(context.name, (credential) => replaceSigner(runtime, signers, credential))
    return started(runtime, { facts: {}, actions: { 'credential/replace': replace } })
  },
}
