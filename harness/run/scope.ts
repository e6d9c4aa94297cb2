/** What `${{ }}` of a step may read while the case runs. */
import type { JsonObject } from '../../wire/json.ts'
import type { StageCase } from '../trace/trace.ts'

/** `actors.<name>`: its facts, url and endpoints; `steps.<id>.outputs` of the steps that ran. */
export function scopeOf({ actors, steps }: StageCase): JsonObject {
  return {
    actors: Object.fromEntries(
      Object.entries(actors).map(([name, { facts, url, endpoints }]) => [name, { ...facts, url, endpoints }]),
    ),
    steps: Object.fromEntries(
      steps.filter((step) => step.state === 'ran').map(({ id, outputs }) => [id, { outputs }]),
    ),
  }
}
