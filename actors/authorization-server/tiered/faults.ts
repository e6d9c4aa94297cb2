/** How a server can misbehave as a client of identity providers. */
import { authorizationRequestFaults } from '../../client/faults/authorization-request.ts'
import { clientAssertionFaults } from '../../client/faults/client-assertion.ts'
import { registrationRequestFaults } from '../../client/faults/registration-request.ts'
import { softwareStatementFaults } from '../../client/faults/software-statement.ts'
import { tokenRequestFaults } from '../../client/faults/token-request.ts'
import type { Fault } from '../../make.ts'

export const tieredFaults: Fault[] = [
  ...softwareStatementFaults,
  ...registrationRequestFaults,
  ...authorizationRequestFaults,
  ...clientAssertionFaults,
  ...tokenRequestFaults,
]
