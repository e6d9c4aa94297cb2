/** How a server can misbehave as a client of identity providers. */
import type { RuleId } from '../../../spec/types.ts'
import { authorizationRequestFaults } from '../../client/faults/authorization-request.ts'
import { clientAssertionFaults } from '../../client/faults/client-assertion.ts'
import { registrationRequestFaults } from '../../client/faults/registration-request.ts'
import { softwareStatementFaults } from '../../client/faults/software-statement.ts'
import { holderFaults } from '../../client/faults/tiered.ts'
import { tokenRequestFaults } from '../../client/faults/token-request.ts'
import type { Fault } from '../../make.ts'

/** What any client can do breaks these as well when it is done to an identity provider (guide, Tiered OAuth 6.2). */
const there: Record<string, RuleId[]> = {
  'software-statement/expired': ['tier-010'],
  'software-statement/bad-signature': ['tier-010'],
  'registration-request/no-udap': ['tier-010'],
  'authorization-request/no-response-type': ['tier-016', 'tier-x01'],
  'authorization-request/wrong-response-type': ['tier-016', 'tier-x01'],
  'authorization-request/no-client-id': ['tier-016'],
  'authorization-request/unknown-client-id': ['tier-016'],
  'authorization-request/no-redirect-uri': ['tier-016'],
  'authorization-request/redirect-uri-with-slash': ['tier-016'],
  'authorization-request/no-scope': ['tier-016', 'tier-017'],
  'authorization-request/no-udap-scope': ['tier-017'],
  'authorization-request/no-state': ['tier-x02'],
  'authorization-request/fixed-state': ['tier-x02', 'tier-x03'],
  'token-request/no-code': ['tier-022'],
  'token-request/wrong-code': ['tier-022'],
  'token-request/no-udap': ['tier-023'],
  'token-request/with-client-secret': ['tier-023'],
  'token-request/wrong-assertion-type': ['tier-023'],
  'token-request/no-assertion': ['tier-023'],
  'client-assertion/bad-signature': ['tier-023'],
}

export const tieredFaults: Fault[] = [
  ...softwareStatementFaults,
  ...registrationRequestFaults,
  ...authorizationRequestFaults,
  ...clientAssertionFaults,
  ...tokenRequestFaults,
]
  .map((fault) => ({ ...fault, breaks: [...fault.breaks, ...(there[fault.name] ?? [])] }))
  .concat(holderFaults)
