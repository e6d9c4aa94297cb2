/** A planned fault as its actor is told of it. */
import type { FaultUse } from '../../actors/actor.ts'
import type { PlanFault } from '../plan/plan.ts'

export const useOf = ({ inject, change }: PlanFault): FaultUse => ({ inject, ...(change && { change }) })
