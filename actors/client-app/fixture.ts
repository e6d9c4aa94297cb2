/** For tests: a client app, and a FHIR server of plain code whose metadata can be anything. */
import type { JsonObject } from '../../wire/json.ts'
import type { ActResult, Context, Credential, Peer, StartedActor } from '../actor.ts'
import { contextOf, parametersOf } from '../fixture.ts'
import type { Bed } from '../fixture-bed.ts'
import type { Community } from '../fixture-community.ts'
import { signJwt } from '../fixture-keys.ts'
import { clientApp } from './actor.ts'

export const CLIENT_URI = 'https://app-c1.localhost'

export interface ClientOptions {
  /** CLIENT_URI when left out. */
  url?: string
  peers: Record<string, Peer>
  communities: Community[]
  /** Communities that it trusts, when not those that it is in. */
  trusts?: Community[]
  spec?: Context['spec']
  policy?: JsonObject
  clockOffsetMs?: number
  with?: JsonObject
  credentials?: Credential[]
}

export async function startClient(
  bed: Bed,
  options: ClientOptions,
): Promise<StartedActor & { port: number }> {
  const {
    peers,
    communities,
    trusts = communities,
    spec = parametersOf('2.0.0'),
    policy = {},
    clockOffsetMs = 0,
  } = options
  const credentials =
    options.credentials ??
    (await Promise.all(communities.map((one) => one.issue([CLIENT_URI], `app ${one.uri}`))))
  const { url = CLIENT_URI } = options
  const place = await bed.open('app', clientApp)
  const context = contextOf('app', {
    url,
    peers,
    credentials,
    anchors: trusts.map(({ uri, root }) => ({ community: uri, certificates: [root] })),
    tls: await bed.tls(['app-c1.localhost']),
    spec,
    policy,
    clockOffsetMs,
  })
  return { ...(await place.start(context, options.with ?? {})), port: place.port }
}

export const act = (client: StartedActor, action: string, input: JsonObject = {}): Promise<ActResult> =>
  client.act(action, { server: 'fhir', ...input }, 10_000)

export interface Changes {
  /** A value of undefined leaves the member out. */
  plain?: Record<string, unknown>
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  /** PEM; signs instead of the credential's. */
  key?: string
}

export interface MetadataStub {
  peer: Peer
  credential: Credential
  status: number
  /** What it answers with. */
  body: string
  /** Metadata that is right but for the changes. */
  metadata(changes?: Changes): Promise<JsonObject>
}

/** @param uris of its certificate; its own base URL when left out */
export async function startMetadataStub(
  bed: Bed,
  community: Community,
  uris?: string[],
): Promise<MetadataStub> {
  const origin = await bed.serve('fhir', (app) => {
    app.get('/*', async (_request, reply) => reply.code(stub.status).type('application/json').send(stub.body))
  })
  const url = `${origin}/fhir`
  const credential = await community.issue(uris ?? [url], `fhir ${community.uri}`)
  const stub: MetadataStub = {
    peer: { kind: 'resource-server', url, endpoints: {}, links: {} },
    credential,
    status: 200,
    body: '',
    metadata: async ({ plain, claims, header, key = credential.key } = {}) => {
      const endpoints = {
        token_endpoint: 'https://as.example/token',
        registration_endpoint: 'https://as.example/register',
      }
      const iat = Math.floor(Date.now() / 1000)
      const own = { iss: url, sub: url, iat, exp: iat + 3600, jti: 'a nonce', ...endpoints, ...claims }
      return JSON.parse(
        JSON.stringify({
          udap_versions_supported: ['1'],
          udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz'],
          udap_authorization_extensions_supported: ['hl7-b2b'],
          udap_authorization_extensions_required: ['hl7-b2b'],
          udap_certifications_supported: [],
          grant_types_supported: ['client_credentials'],
          scopes_supported: ['system/Patient.rs'],
          ...endpoints,
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          token_endpoint_auth_signing_alg_values_supported: ['RS256'],
          registration_endpoint_jwt_signing_alg_values_supported: ['RS256'],
          signed_metadata: await signJwt(key, { x5c: credential.chain, ...header }, own),
          ...plain,
        }),
      )
    },
  }
  return stub
}
