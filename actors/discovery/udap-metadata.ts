/** GET {base URL}/.well-known/udap (guide 2.1 to 2.4): what the authorization server can do, signed by who publishes it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JsonObject } from '../../wire/json.ts'
import { B2B_EXTENSION, PROFILES, UDAP_VERSION } from '../../wire/udap.ts'
import { queryOf } from '../query.ts'
import type { Runtime } from '../runtime.ts'
import type { Described } from './described.ts'
import { type Endpoints, signedMetadata } from './signed-metadata.ts'
import type { Signer } from './signer.ts'

export interface Publisher {
  runtime: Runtime
  /** One a community; the first is for whoever names none. */
  signers: readonly [Signer, ...Signer[]]
  describe(): Promise<Described>
  /** An error answer in the manner of this server. */
  refuse(reply: FastifyReply, status: number, message: string): FastifyReply
}

export function udapMetadata({ runtime, signers, describe, refuse }: Publisher) {
  const signed = signedMetadata(runtime)
  const { unknownCommunity } = runtime.context.spec.parameters.discovery

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = communitiesOf(request)
    if (asked.length > 1) return refuse(reply, 400, 'Ask for one community at a time.')
    const signer = asked.length === 0 ? signers[0] : signers.find(({ community }) => community === asked[0])
    if (!signer && unknownCommunity === '404')
      return refuse(reply, 404, 'There is no certificate for this community.')
    if (!signer && unknownCommunity === '204') return reply.code(204).send()
    const body = await build(signer ?? signers[0], await describe())
    return reply.type('application/json').send(await runtime.make('metadata', body, JSON.stringify))
  }

  async function build(signer: Signer, server: Described): Promise<JsonObject> {
    const { grantTypes, scopes, signingAlgorithms, certifications, tiered } = server
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
      udap_authorization_extensions_supported: b2b ? [B2B_EXTENSION] : [],
      // Needed in every token request only where there is no other grant (5.2.1).
      ...(b2b
        ? { udap_authorization_extensions_required: grantTypes.length === 1 ? [B2B_EXTENSION] : [] }
        : {}),
      udap_certifications_supported: certifications.supported,
      ...(certifications.supported.length > 0
        ? { udap_certifications_required: certifications.required }
        : {}),
      grant_types_supported: grantTypes,
      scopes_supported: scopes,
      ...endpoints,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: signingAlgorithms,
      registration_endpoint_jwt_signing_alg_values_supported: signingAlgorithms,
      signed_metadata: await signed(signer, endpoints),
    }
  }
}

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
