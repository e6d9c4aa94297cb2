/** How a data holder can misbehave: as an authorization server, as a FHIR server, or as a client of identity providers. */
import { faults as ofAuthorizationServer } from '../authorization-server/faults/index.ts'
import { tieredFaults } from '../authorization-server/tiered/faults.ts'
import type { Fault } from '../make.ts'
import { faults as ofResourceServer } from '../resource-server/faults/index.ts'

/** What both can do, such as lose an answer, once. */
export const faults: Fault[] = [...new Set([...ofAuthorizationServer, ...ofResourceServer, ...tieredFaults])]
