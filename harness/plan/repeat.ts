/** Cases that run several times: each repetition is a case of its own, each further attempt a copy of its case. */
import type { Plan, PlanCase } from './plan.ts'

/** Every case `times` times; the first of each keeps its id. */
export function repeatCases(plan: Plan, times: number): Plan {
  if (times <= 1) return plan
  const cases = plan.cases.flatMap((one) =>
    Array.from({ length: times }, (_, i) => ({
      ...one,
      id: i === 0 ? one.id : `${one.id}-${i + 1}`,
      name: `${one.name} (${i + 1} of ${times})`,
    })),
  )
  return Object.freeze({ ...plan, cases })
}

/** The name that all repetitions of a case share. */
export const nameOfAll = (name: string): string => name.replace(/ \(\d+ of \d+\)$/, '')

/** The nth attempt of a case, from 1; the first is the case itself. */
export function attempt(one: PlanCase, n: number): PlanCase {
  return n <= 1 ? one : { ...one, id: `${one.id}-r${n}` }
}

/** The attempts that were made of a case, in order. */
export function attemptsOf(one: PlanCase, made: (id: string) => boolean): PlanCase[] {
  const found: PlanCase[] = []
  for (let n = 1; made(attempt(one, n).id); n++) found.push(attempt(one, n))
  return found
}

/** Ids in plan order, whichever attempt they name. */
export function compareIds(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  return left.number - right.number || left.repetition - right.repetition
}

/** Which attempt at its case an id names, from 1. */
export const attemptIn = (id: string): number => partsOf(id).attempt

function partsOf(id: string): { number: number; repetition: number; attempt: number } {
  const [, number, repetition = 1, again = 1] = /^c(\d+)(?:-(\d+))?(?:-r(\d+))?$/.exec(id) ?? []
  return { number: Number(number), repetition: Number(repetition), attempt: Number(again) }
}
