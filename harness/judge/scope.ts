/** What `${{ }}` in an expectation reads, taken from the stage. */
import type { JsonObject } from '../../wire/json.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageCase } from '../trace/trace.ts'

/** `{ actors: { name: { url, endpoints, …facts } }, steps: { id: { outputs } }, matrix }` */
export function scopeOf(plan: PlanCase, stage: StageCase): JsonObject {
  const actors = Object.entries(stage.actors).map(
    ([name, { url, endpoints, facts }]): [string, JsonObject] => [name, { ...facts, url, endpoints }],
  )
  const steps = stage.steps.map(({ id, outputs }): [string, JsonObject] => [id, { outputs }])
  return {
    actors: Object.fromEntries(actors),
    steps: Object.fromEntries(steps),
    matrix: plan.matrix ?? {},
  }
}
