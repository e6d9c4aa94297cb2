/** http/repeat: finds the request that is to be sent again, in what the actors recorded. */
import type { Observed } from '../../wire/hop.ts'
import { isObject, type JsonObject } from '../../wire/json.ts'
import { repeatName } from '../plan/http-repeat.ts'
import type { PlanCase } from '../plan/plan.ts'
import type { StageCase } from '../trace/trace.ts'

/** What was sent in the steps of a case whose requests a later step repeats. */
export class Sent {
  readonly #plan: PlanCase
  readonly #wanted: Set<string>
  readonly #halves = new Map<string, Observed[]>()

  constructor(plan: PlanCase) {
    this.#plan = plan
    const repeats = plan.steps.filter(({ uses }) => uses === repeatName)
    this.#wanted = new Set(repeats.map(({ with: input }) => targetOf(input).step))
  }

  keep(step: string, halves: Observed[]): void {
    if (this.#wanted.has(step))
      this.#halves.set(
        step,
        halves.filter(({ side }) => side === 'client'),
      )
  }

  /** The input of the actor's action for that of the step, or in words why there is none. */
  resolve(input: JsonObject, { steps }: StageCase): JsonObject | string {
    const { step, path } = targetOf(input)
    const actor = this.#plan.steps.find(({ id }) => id === step)?.actor
    const answer = steps.find(({ id }) => id === step)?.answer
    const half = (this.#halves.get(step) ?? []).find(({ id, actor: by, request }) =>
      path === undefined ? id === answer : by === actor && request && pathOf(request.url) === path,
    )
    if (!half?.request) {
      return `step ${step} sent no request${path === undefined ? ' that was its answer' : ` to ${path}`}`
    }
    const { truncated, ...request } = half.request
    if (truncated) return `the request of step ${step} is too long to be sent again`
    return { request, times: input.times ?? 1, atOnce: input.atOnce ?? false }
  }
}

function targetOf({ of }: JsonObject): { step: string; path?: string } {
  if (!isObject(of)) return { step: String(of) }
  return { step: String(of.step), path: String(of.path) }
}

const pathOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).pathname : undefined)
