/** How a FHIR server can misbehave: each fault makes exactly one thing wrong. */

import { metadataFaults } from '../../discovery/faults/metadata.ts'
import { signedMetadataFaults } from '../../discovery/faults/signed-metadata.ts'
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { smartConfigurationFaults } from './smart-configuration.ts'

export const faults: Fault[] = [
  ...metadataFaults,
  ...signedMetadataFaults,
  ...smartConfigurationFaults,
  ...transportFaults,
]
