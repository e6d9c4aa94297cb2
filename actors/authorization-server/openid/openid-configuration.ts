/** GET {issuer}/.well-known/openid-configuration (OpenID Connect Discovery 3 and 4). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { serverMetadata } from '../metadata.ts'
import { OWN_ALGORITHM } from '../own-key.ts'
import type { Server } from '../server.ts'
import { ACR_VALUES } from './assurance.ts'
import { ID_TOKEN_CLAIMS } from './id-token.ts'

/** Is there anybody of whom an ID token could speak? */
export const isOpenIdProvider = ({ with: { users, links }, role }: Server): boolean =>
  users.length > 0 || links.length > 0 || role === 'identity-provider'

export function openidConfiguration(server: Server) {
  const { runtime, endpoints, resources } = server
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    const draft = {
      ...serverMetadata(server),
      userinfo_endpoint: endpoints.userinfo,
      end_session_endpoint: endpoints.endSession,
      subject_types_supported: ['public'],
      // The server's own key and its certificates alike.
      id_token_signing_alg_values_supported: [OWN_ALGORITHM],
      acr_values_supported: ACR_VALUES,
      claims_supported: [...ID_TOKEN_CLAIMS, ...(resources.length > 0 ? ['fhirUser'] : [])],
      // The default of this one is true.
      request_uri_parameter_supported: false,
    }
    return reply
      .type('application/json')
      .send(await runtime.make('openid-configuration', draft, JSON.stringify))
  }
}
