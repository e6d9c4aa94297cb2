/** What UDAP metadata says of this server, when it is a part of who publishes that. */
import { SIGNING_ALGORITHMS } from '../../wire/udap.ts'
import type { Described } from '../discovery/described.ts'
import type { Server } from './server.ts'

export function described({ with: w, role, certifications, endpoints }: Server): Described {
  const { authorization, token, registration } = endpoints
  return {
    grantTypes: w.grants,
    scopes: w.scopes,
    signingAlgorithms: [...SIGNING_ALGORITHMS],
    certifications,
    tiered: role === 'identity-provider' || w.tiered !== undefined,
    endpoints: { authorization, token, registration },
  }
}
