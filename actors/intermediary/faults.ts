/** How an intermediary can misbehave: as the server that it is, and as the client that it is. */
import { faults as ofAuthorizationServer } from '../authorization-server/faults/index.ts'
import { clientAssertionFaults } from '../client/faults/client-assertion.ts'
import { extensionObjectFaults } from '../client/faults/extension-object.ts'
import { registrationRequestFaults } from '../client/faults/registration-request.ts'
import { softwareStatementFaults } from '../client/faults/software-statement.ts'
import { tokenRequestFaults } from '../client/faults/token-request.ts'
import { fhirRequestFaults } from '../client-app/faults/fhir-request.ts'
import { metadataRequestFaults } from '../discovery/faults/metadata-request.ts'
import type { Fault } from '../make.ts'
import { faults as ofResourceServer } from '../resource-server/faults/index.ts'

export const faults: Fault[] = [
  // What both can do, such as lose an answer, once.
  ...new Set([...ofAuthorizationServer, ...ofResourceServer]),
  ...metadataRequestFaults,
  ...softwareStatementFaults,
  ...registrationRequestFaults,
  ...clientAssertionFaults,
  ...extensionObjectFaults,
  ...tokenRequestFaults,
  ...fhirRequestFaults,
]
