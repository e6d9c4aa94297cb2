/** How a client app can misbehave: each fault makes exactly one thing wrong. */
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { certificationFaults } from './certification.ts'
import { clientAssertionFaults } from './client-assertion.ts'
import { registrationRequestFaults } from './registration-request.ts'
import { softwareStatementFaults } from './software-statement.ts'
import { tokenRequestFaults } from './token-request.ts'

export const faults: Fault[] = [
  ...softwareStatementFaults,
  ...certificationFaults,
  ...registrationRequestFaults,
  ...clientAssertionFaults,
  ...tokenRequestFaults,
  ...transportFaults,
]
