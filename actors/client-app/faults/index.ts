/** How a client app can misbehave: each fault makes exactly one thing wrong. */
import { authorizationRequestFaults } from '../../client/faults/authorization-request.ts'
import { clientAssertionFaults } from '../../client/faults/client-assertion.ts'
import { registrationRequestFaults } from '../../client/faults/registration-request.ts'
import { softwareStatementFaults } from '../../client/faults/software-statement.ts'
import { tokenRequestFaults } from '../../client/faults/token-request.ts'
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { certificationFaults } from './certification.ts'

export const faults: Fault[] = [
  ...softwareStatementFaults,
  ...certificationFaults,
  ...registrationRequestFaults,
  ...authorizationRequestFaults,
  ...clientAssertionFaults,
  ...tokenRequestFaults,
  ...transportFaults,
]
