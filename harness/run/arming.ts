/**
 * Arms the faults of steps. Those of a step that waits may be armed before it begins: an app that trades its code as
 * soon as the browser brings it is ahead of the step that is to spoil the answer.
 */
import type { ArmId } from '../../actors/actor.ts'
import type { PlanFault, PlanStep } from '../plan/plan.ts'
import { all } from './bounded.ts'
import { useOf } from './fault-use.ts'
import type { Stage } from './stage.ts'

export type Armed = { actor: string; id: ArmId }[]

export class Arming {
  readonly #stage: Stage
  /** By step. */
  readonly #ahead = new Map<string, Armed>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** Arms the faults of a step that begins, and those of later ones that can fire in these alone. */
  async arm(step: PlanStep): Promise<Armed> {
    const { steps } = this.#stage.plan
    const index = steps.indexOf(step)
    for (const [i, later] of steps.entries()) {
      if (i > index && !this.#ahead.has(later.id) && this.#isOnlyThere(later, steps.slice(index, i)))
        this.#ahead.set(later.id, await this.#arm(later.faults))
    }
    const before = this.#ahead.get(step.id)
    this.#ahead.delete(step.id)
    return before ?? this.#arm(step.faults)
  }

  /** Of a step that does not run after all. */
  async drop({ id }: PlanStep): Promise<void> {
    for (const one of this.#ahead.get(id) ?? []) await this.#stage.actor(one.actor).disarm(one.id)
    this.#ahead.delete(id)
  }

  /** Of all that will not run, as the case broke before them. Does not throw: whose actor is dead has none armed. */
  async dropAll(): Promise<void> {
    const all = [...this.#ahead.values()].flat()
    this.#ahead.clear()
    await Promise.allSettled(all.map(async ({ actor, id }) => this.#stage.actor(actor).disarm(id)))
  }

  /** Does a step that waits spoil nothing but its own answer, of a kind that is not asked for before? */
  #isOnlyThere(step: PlanStep, before: PlanStep[]): boolean {
    const { awaits, faults, if: condition } = step
    if (awaits !== 'answer' || faults.length === 0 || condition !== undefined) return false
    const { class: kind, answeredWith = [] } = this.#stage.actionOf(step)?.awaited ?? {}
    const own = faults.every(({ inject, change }) =>
      (answeredWith as string[]).includes(change?.artifact ?? inject.split('/')[0]!),
    )
    return own && before.every((one) => this.#stage.actionOf(one)?.awaited?.class !== kind)
  }

  async #arm(faults: PlanFault[]): Promise<Armed> {
    const byActor = Map.groupBy(faults, (fault) => fault.actor)
    return all(
      [...byActor].map(async ([actor, own]) => ({
        actor,
        id: await this.#stage.actor(actor).arm(own.map(useOf)),
      })),
    )
  }
}
