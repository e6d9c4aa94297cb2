/** How a FHIR server can misbehave: each fault makes exactly one thing wrong. */

import { metadataFaults } from '../../discovery/faults/metadata.ts'
import { metadataResponseFaults } from '../../discovery/faults/metadata-response.ts'
import { signedMetadataFaults } from '../../discovery/faults/signed-metadata.ts'
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { fhirResponseFaults } from './fhir-response.ts'
import { smartConfigurationFaults } from './smart-configuration.ts'

export const faults: Fault[] = [
  ...metadataResponseFaults,
  ...metadataFaults,
  ...signedMetadataFaults,
  ...smartConfigurationFaults,
  ...fhirResponseFaults,
  ...transportFaults,
]
