/** How a client app can misbehave: each fault makes exactly one thing wrong. */
import { authorizationRequestFaults } from '../../client/faults/authorization-request.ts'
import { clientAssertionFaults } from '../../client/faults/client-assertion.ts'
import { extensionObjectFaults } from '../../client/faults/extension-object.ts'
import { logoFaults } from '../../client/faults/logo.ts'
import { registrationRequestFaults } from '../../client/faults/registration-request.ts'
import { softwareStatementFaults } from '../../client/faults/software-statement.ts'
import { appFaults } from '../../client/faults/tiered.ts'
import { tokenRequestFaults } from '../../client/faults/token-request.ts'
import { metadataRequestFaults } from '../../discovery/faults/metadata-request.ts'
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { certificationFaults } from './certification.ts'
import { consentFaults } from './consent.ts'
import { fhirRequestFaults } from './fhir-request.ts'
import { furtherObjectsFaults } from './further-objects.ts'
import { keySetFaults } from './key-set.ts'

export const faults: Fault[] = [
  ...metadataRequestFaults,
  ...softwareStatementFaults,
  ...certificationFaults,
  ...keySetFaults,
  ...registrationRequestFaults,
  ...logoFaults,
  ...authorizationRequestFaults,
  ...clientAssertionFaults,
  ...extensionObjectFaults,
  ...furtherObjectsFaults,
  ...consentFaults,
  ...tokenRequestFaults,
  ...appFaults,
  ...fhirRequestFaults,
  ...transportFaults,
]
