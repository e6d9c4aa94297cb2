/** A plan: what a run will do, frozen, every default filled in, with the place of everything in its file. */
import type { Json, JsonObject } from '../../wire/json.ts'

/** 1-based place in a scenario file. */
export interface At {
  file: string
  line: number
  column: number
}

export interface Plan {
  plan: 1
  cases: PlanCase[]
}

export interface PlanCase {
  /** Short and unique in the plan: `c1`, `c2`, …; part of every host name of the case. */
  id: string
  name: string
  /** Row of the matrix, when the scenario has one. */
  matrix?: JsonObject
  at: At
  tags: string[]
  seed: string
  /** Scenario time at the start, ISO 8601; absent = real time. */
  clock?: string
  actors: PlanActor[]
  steps: PlanStep[]
  /** Why the case cannot run as asked (a fault inside a `{ url }` actor); it is reported, not run. */
  skip?: string
}

export type Place = 'in-process' | 'process' | { url: string }

export interface PlanActor {
  name: string
  kind: string
  title?: string
  place: Place
  /** Guide version, for example `2.0.0`. */
  spec: string
  /** Names of certificate authorities whose communities it trusts. */
  trusts: string[]
  /** How its UDAP certificate is issued; absent for a certificate authority. */
  certificate?: { from: string; profile: string; key: string }
  with: JsonObject
  policy: JsonObject
  faults: PlanFault[]
  /** Link name to actor name, filled in. */
  links: Record<string, string>
  at: At
}

export interface PlanFault {
  /** Actor name. */
  actor: string
  inject: string
  at: At
}

export interface PlanStep {
  id: string
  name?: string
  /** Absent for `testbed/*`. */
  actor?: string
  uses: string
  /** `${{ }}` that needs the run (actors, steps) is still in here; inputs and matrix are filled in. */
  with: JsonObject
  if?: string
  faults: PlanFault[]
  expect: PlanExpectation[]
  timeoutMs: number
  at: At
}

export type ExpectationKind =
  | 'status'
  | 'headers'
  | 'body'
  | 'request'
  | 'redirect'
  | 'jwt'
  | 'stopped'
  | 'hop'
  | 'noHop'
  | 'hops'
  | 'that'

export type Level = 'must' | 'should' | 'may'

export interface PlanExpectation {
  /** `<step>/<n>`, n from 1. */
  id: string
  kind: ExpectationKind
  value: Json
  level: Level
  refs: string[]
  hint?: string
  at: At
  /** The file's text at `at.line`, for messages. */
  source: string
}
