/** One part of a plan, for several machines that share the work. */
import { createHash } from 'node:crypto'
import type { Plan, PlanCase } from './plan.ts'

export interface Shard {
  /** From 1. */
  index: number
  of: number
}

/** By file and name, so that a case stays in its shard when others come and go. */
export function shardCases(plan: Plan, { index, of }: Shard): Plan {
  return Object.freeze({ ...plan, cases: plan.cases.filter((one) => hash(one) % of === index - 1) })
}

function hash({ at, name }: PlanCase): number {
  return createHash('sha256').update(`${at.file}\n${name}`).digest().readUInt32BE()
}
