/** Of the grant types that clients register for, those that get a token at the token endpoint. */
import type { Server } from '../server.ts'

export function servedGrants({ with: { grants } }: Server): string[] {
  return grants.filter((grant) => grant === 'client_credentials')
}
