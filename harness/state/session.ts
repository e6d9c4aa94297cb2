/** What a state belongs to: one case, with what must not change of it from one life to the next. */
import type { Store } from '../../actors/store.ts'
import type { Spec } from '../../spec/types.ts'
import { isObject, type Json } from '../../wire/json.ts'
import { Unusable } from '../pki/unusable.ts'
import type { PlanCase } from '../plan/plan.ts'

/** Everything that a life begins with: enough to begin the next one in the same way. */
export interface Session {
  plan: PlanCase
  /** Folder of the authority whose TLS root is used. */
  authority?: string | undefined
  host?: { name: string; address: string } | undefined
  versions: Spec['versions']
}

export interface Life extends Session {
  /** From 1. */
  life: number
  clockOffsetMs: number
}

interface Kept extends Life {
  /** Version of the testbed. */
  testbed: string
}

const KEY = 'session'

/**
 * Begins the next life of a state: its ids and its clock go on.
 *
 * @throws Unusable when the state belongs to another case
 */
export function begin(state: Store, file: string, session: Session, testbed: string): Life {
  const { plan } = session
  const before = sessionIn(state)
  if (before) checkSame(file, plan, before.plan)
  const { id, seed } = before?.plan ?? plan
  const life = {
    ...session,
    plan: { ...plan, id, seed },
    life: (before?.life ?? 0) + 1,
    clockOffsetMs:
      before?.clockOffsetMs ?? (plan.clock === undefined ? 0 : Date.parse(plan.clock) - Date.now()),
  }
  state.set(KEY, { ...life, testbed } as unknown as Json)
  return life
}

/** How it began last. @throws Unusable when this testbed did not write it, or nobody has yet */
export function resumed(state: Store, file: string, testbed: string): Session {
  const before = sessionIn(state)
  if (!before) throw new Unusable(file, 'nothing is in it yet: name the scenario that it is for.')
  if (before.testbed !== testbed)
    throw new Unusable(
      file,
      `testbed ${before.testbed} began it, and this is ${testbed}: name the scenario once.`,
    )
  return before
}

function sessionIn(state: Store): Kept | undefined {
  const kept = state.get(KEY)
  return isObject(kept) ? (kept as unknown as Kept) : undefined
}

function checkSame(file: string, now: PlanCase, before: PlanCase): void {
  const other = (what: string) =>
    new Unusable(file, `it belongs to another scenario (${what}); name another file, or that scenario.`)
  if (now.name !== before.name) throw other(`"${before.name}", and not "${now.name}"`)
  for (const { name, kind } of before.actors) {
    const same = now.actors.find((one) => one.name === name)
    if (same && same.kind !== kind) throw other(`"${name}" is a ${kind} in it, and not a ${same.kind}`)
  }
}
