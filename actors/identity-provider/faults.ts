/** How an identity provider can misbehave: as an authorization server does, and in its UDAP metadata. */
import type { RuleId } from '../../spec/types.ts'
import { faults as authorizationServerFaults } from '../authorization-server/faults/index.ts'
import { metadataFaults } from '../discovery/faults/metadata.ts'
import { metadataResponseFaults } from '../discovery/faults/metadata-response.ts'
import { signedMetadataFaults } from '../discovery/faults/signed-metadata.ts'
import type { Fault } from '../make.ts'

/** What any authorization server can do breaks these as well when an identity provider does it (guide, Tiered OAuth 6.2). */
const here: Record<string, RuleId[]> = {
  'authorization-response/wrong-state': ['tier-018'],
  'authorization-response/no-state': ['tier-018'],
  'authorization-response/no-code': ['tier-018'],
  'authorization-response/code-and-error': ['tier-018'],
  'token-response/with-refresh-token': ['tier-x09'],
  'token-response/expires-too-late': ['tier-x10'],
  'token-response/no-access-token': ['tier-x14'],
  'token-response/no-token-type': ['tier-x14'],
  'token-response/wrong-token-type': ['tier-x14'],
  'token-response/no-id-token': ['tier-x14'],
  'token-response/id-token-no-jwt': ['tier-024'],
}

export const faults: Fault[] = [
  ...metadataResponseFaults,
  ...metadataFaults,
  ...signedMetadataFaults,
  ...authorizationServerFaults.map((fault) => ({
    ...fault,
    breaks: [...fault.breaks, ...(here[fault.name] ?? [])],
  })),
]
