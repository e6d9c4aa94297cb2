/** Action udap/discover: fetches UDAP metadata and believes it only when all of it holds (guide 2). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult, Peer } from '../actor.ts'
import { present } from '../client/answer.ts'
import { fetchMetadata } from '../client/metadata.ts'
import { createTrust } from '../trust.ts'
import { answered } from './awaited.ts'
import { type Client, serverInput, serverLinks, serverOf } from './client.ts'

export const spec: ActionSpec = {
  title:
    'Fetches the UDAP metadata of a FHIR server and validates it, signature, chain and revocation included.',
  with: Type.Object(
    {
      ...serverInput,
      address: Type.Optional(
        Type.String({
          description:
            'Base URL of the server, as a directory tells it; the one that the case has when left out.',
        }),
      ),
      community: Type.Optional(
        Type.String({ description: 'URI of the community to ask for; only its anchors are trusted then.' }),
      ),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
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
  awaited: {
    class: 'metadata',
    method: 'GET',
    first: true,
    prompt: 'Let {actor} discover {server}.',
    outputs: answered(
      'token_endpoint',
      'registration_endpoint',
      'authorization_endpoint',
      'grant_types_supported',
      'scopes_supported',
    ),
  },
}

export function discover(client: Client) {
  const { runtime } = client
  const { parameters } = runtime.context.spec
  const trust = createTrust(runtime, client.policy.revocation)

  return async (input: JsonObject): Promise<ActResult> => {
    const { peer, server } = serverOf(client, input)
    const asked = communityFor(input, peer)
    // What was believed before is not believed while it is asked anew (2.3: no going on after a failure).
    delete server.last
    for (const [community, state] of server.byCommunity)
      if (asked === undefined || community === asked) delete state.discovered
    const { answer, metadata, endpoints, loosened, ...believed } = await fetchMetadata(runtime, {
      base: typeof input.address === 'string' ? input.address : peer.url,
      community: asked,
      trust,
      onMismatch: client.policy.onMismatch,
      lenient: client.policy.signedMetadata === 'warn',
    })
    // Nobody vouches for what was let pass: it is as good as what was asked for.
    const { community = loosened.length > 0 ? asked : undefined } = believed
    const state = server.byCommunity.get(community) ?? {}
    state.discovered = {
      community,
      tokenEndpoint: endpoints.token_endpoint,
      registrationEndpoint: endpoints.registration_endpoint,
      authorizationEndpoint: endpoints.authorization_endpoint,
    }
    server.last = state
    server.byCommunity.set(community, state)
    const { grant_types_supported, scopes_supported } = metadata
    const outputs = {
      status: answer.status,
      community,
      ...endpoints,
      grant_types_supported,
      scopes_supported,
    }
    const passed = loosened.map(({ check, message, refs }) => ({ check, message, refs }))
    return {
      outputs: present(outputs),
      answer: answer.id,
      ...(passed.length > 0 && { loosened: passed }),
    }
  }

  /** 2.4: a client SHOULD name its community, where the version says so. */
  function communityFor({ community }: JsonObject, peer: Peer): string | undefined {
    if (typeof community === 'string') return community
    if (!parameters.discovery.clientNamesCommunity) return undefined
    return peer.community ?? client.signers[0]?.community
  }
}
