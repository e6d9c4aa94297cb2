/** Who lives when a step begins, as far as that is sure before the run: nothing can be asked of the dead. */
import type { Keys } from './document.ts'
import type { FlatStep } from './parts.ts'
import type { PlanStep } from './plan.ts'
import { report, type Work, within } from './work.ts'

/** @param flat the same steps as they stand in their files */
export function checkLives(steps: PlanStep[], flat: FlatStep[], work: Work): void {
  /** Not sure when a condition decides at the run. Who is not here lives. */
  const killed = new Map<string, { by: string; sure: boolean }>()
  for (const [i, step] of steps.entries()) {
    // These come after a step that broke, too: nobody knows who lives then.
    if (step.finally) return
    const { spot } = flat[i]!
    for (const { name, keys } of neededFor(step)) {
      const { by, sure } = killed.get(name) ?? {}
      if (sure)
        report(
          work,
          within(spot, ...keys),
          `${name} is dead: step ${by} has killed it`,
          `${start} starts it again`,
        )
    }
    const sure = step.if === undefined
    const whom = String(step.with.actor)
    if (step.uses === kill) killed.set(whom, { by: step.id, sure })
    if (step.uses !== start) continue
    const before = killed.get(whom)
    if (!before) report(work, within(spot, 'with', 'actor'), `${whom} runs: no step before has killed it`)
    else if (sure) killed.delete(whom)
    else killed.set(whom, { ...before, sure })
  }
}

const kill = 'testbed/kill'
const start = 'testbed/start'

/** Who must live for a step, and where it says so. */
function neededFor({ actor, uses, with: input, faults }: PlanStep): { name: string; keys: Keys }[] {
  return [
    ...(actor === undefined ? [] : [{ name: actor, keys: ['uses'] }]),
    ...([kill, 'testbed/renew'].includes(uses)
      ? [{ name: String(input.actor), keys: ['with', 'actor'] }]
      : []),
    ...faults.map((fault, i) => ({ name: fault.actor, keys: ['faults', i, 'at'] })),
  ]
}
