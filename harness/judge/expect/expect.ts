/** What every kind of expectation gets to look at, and what it says. */
import type { Json } from '../../../wire/json.ts'
import type { StageCase, StageStep } from '../../trace/trace.ts'
import type { Hop } from '../hops.ts'
import type { Difference } from '../match.ts'
import { answerOf, causeOf, stopOf } from '../words.ts'

export interface Scene {
  stage: StageCase
  step: StageStep
  /** All hops of the step, in order. */
  hops: Hop[]
  /** The hop that the step's action names as its answer. */
  answer?: Hop
}

/** `true` when it holds. */
export type Outcome = true | { expected: string; seen: string; cause?: string; hop?: string }

/**
 * @param value filled: no `${{ }}` is left in it
 * @param said the same as the scenario says it
 */
export type Expect = (value: Json, scene: Scene, said: Json) => Outcome

/** An expectation of the answer's response that cannot hold, because there is none. */
export function noAnswer(expected: string, { step, answer }: Scene): Outcome {
  if (!answer) {
    const why = stopOf(step)
    return { expected, seen: 'no answer hop', ...(why && { cause: `${step.id} ${why}` }) }
  }
  return { expected, seen: answerOf(answer), ...causeAt(answer) }
}

/** `true`, or the difference put into words, with what the other end said. */
export function outcomeOf(difference: Difference | undefined, hop: Hop): Outcome {
  if (!difference) return true
  const { path, expected, seen } = difference
  return { expected: `${path} ${expected}`, seen, ...causeAt(hop) }
}

export function causeAt(hop: Hop): { cause?: string; hop: string } {
  const cause = causeOf(hop)
  return { hop: hop.id, ...(cause && { cause }) }
}
