/** The faults that are armed in one actor, and how often each fired. */
import type { Fired } from '../wire/hop.ts'
import type { ArmId, FaultUse } from './actor.ts'
import type { Change } from './change.ts'
import { exchange } from './exchange.ts'

export interface Faults {
  arm(uses: FaultUse[]): ArmId
  disarm(id: ArmId): Fired[]
  armed(name: string): boolean
  /** Is there a fault armed that spoils this artifact? */
  armedOn(artifact: string): boolean
  /** Changes of this artifact that a scenario describes itself, by the names that they fire under. */
  changesOf(artifact: string): { name: string; change: Change }[]
  /** Notes that an armed fault had its effect, on everybody who armed it and on the hop under way. */
  fire(name: string): void
}

/** @param known every name that may be armed; another one is an error, not a fault that never fires. */
export function createFaults(known: ReadonlySet<string>): Faults {
  const arms = new Map<ArmId, { names: Set<string>; uses: FaultUse[]; fired: Fired[] }>()
  let count = 0
  return {
    arm(uses) {
      for (const { inject, change } of uses) {
        if (!change && !known.has(inject)) throw new Error(`There is no fault "${inject}" in this actor.`)
      }
      const id = `arm-${++count}`
      arms.set(id, { names: new Set(uses.map((use) => use.inject)), uses, fired: [] })
      return id
    },
    disarm(id) {
      const fired = arms.get(id)?.fired ?? []
      arms.delete(id)
      return fired
    },
    armed: (name) => [...arms.values()].some((arm) => arm.names.has(name)),
    armedOn: (artifact) =>
      [...arms.values()].some((arm) => [...arm.names].some((name) => name.startsWith(`${artifact}/`))),
    changesOf: (artifact) =>
      [...arms.values()]
        .flatMap(({ uses }) => uses)
        .flatMap(({ inject, change }) => (change?.artifact === artifact ? { name: inject, change } : [])),
    fire(name) {
      for (const arm of arms.values()) if (arm.names.has(name)) arm.fired.push({ fault: name })
      exchange.getStore()?.fired.push({ fault: name })
    },
  }
}
