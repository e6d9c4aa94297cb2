/** GET {base URL}/.well-known/udap (guide 2.1 to 2.4): what the authorization server can do, signed by who publishes it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject } from '../../wire/json.ts'
import { B2B_EXTENSION, PROFILES, UDAP_VERSION } from '../../wire/udap.ts'
import { definitionOf } from '../community.ts'
import { queryOf } from '../query.ts'
import type { Runtime } from '../runtime.ts'
import type { Described } from './described.ts'
import { type Endpoints, signedMetadata } from './signed-metadata.ts'
import type { Signer } from './signer.ts'

export interface Publisher {
  runtime: Runtime
  /** One a community; the first is for whoever names none. */
  signers: readonly [Signer, ...Signer[]]
  /** Does the server take part in UDAP? If not, there is nothing at this URL (2.2). */
  supported: boolean
  /** By community: what its metadata say there beside, or instead of, the rest. */
  more: Record<string, JsonObject>
  describe(): Promise<Described>
  /** An error answer in the manner of this server. */
  refuse(reply: FastifyReply, status: number, message: string): FastifyReply
}

/** Of the answer, before there is a body. Without community there is none. */
interface Answer {
  status: number
  /** Whose certificate signs the metadata: one that is unknown gets the default. */
  community?: string
}

const messages: Record<number, string> = {
  401: 'Say who you are.',
  404: 'There are no UDAP metadata here, or none for this community.',
}

export function udapMetadata({ runtime, signers, supported, more, describe, refuse }: Publisher) {
  const signed = signedMetadata(runtime)
  const { unknownCommunity } = runtime.context.spec.parameters.discovery

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = communitiesOf(request)
    if (asked.length > 1) return refuse(reply, 400, 'Ask for one community at a time.')
    const meant = answerFor(asked[0])
    // Before a fault fires, which would show in the hop of the question else.
    const server = meant.community === undefined ? undefined : await describe()
    const { status, community } = await runtime.make('metadata-response', meant, (one) => one)
    if (status === 204) return reply.code(status).send()
    if (community === undefined || !server)
      return refuse(reply, status, messages[status] ?? 'There are no metadata.')
    const signer = signers.find((one) => one.community === community) ?? signers[0]
    const body = await build(signer, server)
    const text = await runtime.make('metadata', body, JSON.stringify)
    return reply.code(status).type('application/json').send(text)
  }

  function answerFor(asked = signers[0].community): Answer {
    if (!supported) return { status: 404 }
    const isKnown = signers.some(({ community }) => community === asked)
    if (isKnown || unknownCommunity === 'default') return { status: 200, community: asked }
    return { status: Number(unknownCommunity) }
  }

  /** What all servers of a trust community publish, as far as they serve the grants that it is about. */
  function inCommunity(uri: string, served: string[]) {
    const { certifications = [], extensions = [] } = definitionOf(runtime.context, uri) ?? {}
    const isServed = (grants: string[]) => grants.some((one) => served.includes(one))
    return {
      supported: certifications.flatMap(({ uris }) => uris),
      required: certifications.flatMap(({ uris, requiredFor }) => (isServed(requiredFor) ? uris : [])),
      extensions: extensions.flatMap(({ key, grants }) => (isServed(grants) ? [key] : [])),
    }
  }

  async function build(signer: Signer, server: Described): Promise<JsonObject> {
    const { grantTypes, scopes, signingAlgorithms, tiered } = server
    const { extensions, ...agreed } = inCommunity(signer.community, grantTypes)
    const supported = union(server.certifications.supported, agreed.supported)
    const required = union(server.certifications.required, agreed.required)
    const endpoints = endpointsFor(server)
    const b2b = grantTypes.includes('client_credentials')
    return {
      udap_versions_supported: [UDAP_VERSION],
      udap_profiles_supported: [
        PROFILES.dcr,
        PROFILES.authn,
        ...(b2b ? [PROFILES.authz] : []),
        ...(tiered ? [PROFILES.tiered] : []),
      ],
      udap_authorization_extensions_supported: [...(b2b ? [B2B_EXTENSION] : []), ...extensions],
      // Needed in every token request only where there is no other grant (5.2.1).
      ...(b2b || extensions.length > 0
        ? { udap_authorization_extensions_required: b2b && grantTypes.length === 1 ? [B2B_EXTENSION] : [] }
        : {}),
      udap_certifications_supported: supported,
      ...(supported.length > 0 ? { udap_certifications_required: required } : {}),
      grant_types_supported: grantTypes,
      scopes_supported: scopes,
      ...endpoints,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: signingAlgorithms,
      registration_endpoint_jwt_signing_alg_values_supported: signingAlgorithms,
      signed_metadata: await signed(signer, endpoints),
      ...more[signer.community],
    }
  }
}

const union = (some: string[], more: string[]): string[] => [...new Set([...some, ...more])]

function endpointsFor({ grantTypes, endpoints }: Described): Endpoints {
  const { authorization, token, registration } = endpoints
  const hasCode = grantTypes.includes('authorization_code') && authorization !== undefined
  return {
    ...(hasCode ? { authorization_endpoint: authorization } : {}),
    token_endpoint: token,
    registration_endpoint: registration,
  }
}

function communitiesOf({ url }: FastifyRequest): string[] {
  return new URLSearchParams(queryOf(url)).getAll('community')
}
