/** How a FHIR server can misbehave: each fault makes exactly one thing wrong. */
import type { Fault } from '../../make.ts'
import { transportFaults } from '../../transport.ts'
import { metadataFaults } from './metadata.ts'
import { signedMetadataFaults } from './signed-metadata.ts'

export const faults: Fault[] = [...metadataFaults, ...signedMetadataFaults, ...transportFaults]
