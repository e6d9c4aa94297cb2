/** Action udap/discover: fetches UDAP metadata and believes it only when all of it holds (guide 2). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { checkAnswer, present } from '../client/answer.ts'
import { metadataChecks } from '../discovery/metadata-checks.ts'
import type { MetadataSubject } from '../discovery/metadata-subject.ts'
import { signedMetadataChecks } from '../discovery/signed-metadata-checks.ts'
import { createTrust } from '../trust.ts'
import { type Client, type Discovered, serverOf } from './client.ts'

export const spec: ActionSpec = {
  title:
    'Fetches the UDAP metadata of a FHIR server and validates it, signature, chain and revocation included.',
  with: Type.Object(
    {
      server: Type.Optional(Type.String({ description: 'Name of the resource server.' })),
      community: Type.Optional(
        Type.String({ description: 'URI of the community to ask for; only its anchors are trusted then.' }),
      ),
    },
    { additionalProperties: false },
  ),
  links: { server: ['resource-server'] },
  answer: 'the answer to GET <base URL>/.well-known/udap',
  outputs: {
    status: 'HTTP status',
    community: 'community whose trust anchor vouches for the server',
    token_endpoint: 'URL',
    registration_endpoint: 'URL',
    authorization_endpoint: 'URL, when there is one',
    grant_types_supported: 'list',
    scopes_supported: 'list, when there is one',
  },
}

export function discover(client: Client) {
  const { runtime } = client
  const { parameters } = runtime.context.spec
  const checks = [...metadataChecks, ...signedMetadataChecks]
  const trust = createTrust(runtime, client.policy.revocation)

  return async (input: JsonObject): Promise<ActResult> => {
    const { peer, server } = serverOf(client, input)
    const asked = communityFor(input)
    // What was believed before is not believed while it is asked anew (2.3: no going on after a failure).
    delete server.last
    for (const [community, state] of server.byCommunity)
      if (asked === undefined || community === asked) delete state.discovered
    const query = asked === undefined ? '' : `?${new URLSearchParams({ community: asked })}`
    const answer = await runtime.call({
      url: `${peer.url}${METADATA_PATH}${query}`,
      headers: { accept: 'application/json' },
    })
    const subject: MetadataSubject = {
      trust,
      base: peer.url,
      asked,
      now: runtime.now(),
      parameters: parameters.discovery,
      onMismatch: client.policy.onMismatch,
      status: answer.status,
      text: answer.text,
      metadata: {},
      header: {},
      claims: {},
      leaf: undefined,
      community: undefined,
    }
    await checkAnswer(runtime, answer, checks, subject)
    // 2.3: the signed values win; where they must be equal, a check has seen to it.
    const { token_endpoint, registration_endpoint, authorization_endpoint } = subject.claims
    const endpoints = { token_endpoint, registration_endpoint, authorization_endpoint }
    const { community } = subject
    const discovered: Discovered = {
      community,
      tokenEndpoint: String(endpoints.token_endpoint),
      registrationEndpoint: String(endpoints.registration_endpoint),
    }
    server.last = { ...server.byCommunity.get(community), discovered }
    server.byCommunity.set(community, server.last)
    const { grant_types_supported, scopes_supported } = subject.metadata
    const outputs = {
      status: answer.status,
      community,
      ...endpoints,
      grant_types_supported,
      scopes_supported,
    }
    return { outputs: present(outputs), answer: answer.id }
  }

  /** 2.4: a client SHOULD name its community, where the version says so. */
  function communityFor({ community }: JsonObject): string | undefined {
    if (typeof community === 'string') return community
    return parameters.discovery.clientNamesCommunity ? client.signers[0]?.community : undefined
  }
}
