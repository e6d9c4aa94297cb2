/** How an identity provider can misbehave: as an authorization server does, and in its UDAP metadata. */
import { faults as authorizationServerFaults } from '../authorization-server/faults/index.ts'
import { metadataFaults } from '../discovery/faults/metadata.ts'
import { signedMetadataFaults } from '../discovery/faults/signed-metadata.ts'
import type { Fault } from '../make.ts'

export const faults: Fault[] = [...metadataFaults, ...signedMetadataFaults, ...authorizationServerFaults]
