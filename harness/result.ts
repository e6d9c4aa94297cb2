/** The verdicts of a run (result.json): pure data, the same whenever the same folder is judged. */
import type { At, ExpectationKind, Level } from './plan/plan.ts'

export type Verdict = 'passed' | 'failed' | 'skipped' | 'errored'

export interface Result {
  result: 1
  summary: Summary
  cases: CaseResult[]
  /** The catalogue's rows that anything in this result refers to, so that it explains itself. */
  requirements: Record<string, { strength: string; page: string; section: string; text: string }>
}

export interface Summary {
  cases: number
  passed: number
  failed: number
  skipped: number
  errored: number
  steps: number
  hops: number
  rules: { met: number; broken: number; warned: number; untouched: number }
}

export interface CaseResult {
  id: string
  name: string
  file: string
  line: number
  verdict: Verdict
  /** Why it was skipped or errored. */
  reason?: string
  steps: StepResult[]
  hops: HopResult[]
  rules: RuleResult[]
  /** Faults declared for an actor's whole life that never fired. */
  idle: { actor: string; inject: string }[]
  /** Actors that somebody else runs and that recorded nothing: only their partners' halves were seen. */
  unobserved: string[]
  ms: number
}

export interface StepResult {
  id: string
  name: string
  uses: string
  at: At
  verdict: Verdict
  reason?: string
  expectations: ExpectationResult[]
  /** Faults that were declared and never fired. */
  idle: { actor: string; inject: string }[]
}

export interface ExpectationResult {
  id: string
  kind: ExpectationKind | 'no-refusal' | 'not-stopped'
  level: Level
  /** `warned`: did not hold, but its level is below must. */
  verdict: 'met' | 'broken' | 'warned'
  /** In words. Present unless met. */
  expected?: string
  seen?: string
  /** What the other end said about it, for example the answer's `error_description`. */
  cause?: string
  /** The hop that decided it. */
  hop?: string
  refs: string[]
  hint?: string
  at: At
  source: string
}

/** One hop, both halves, as the judge classified it. */
export interface HopResult {
  id: string
  step: string
  from?: string
  to?: string
  class: string
  roles: { from?: string; to?: string }
  method: string
  url: string
  status?: number
  error?: string
  ms: number
  /** Which ends recorded it. */
  sides: ('client' | 'server')[]
  faults: string[]
  /** Rules that looked at it; empty = a hop that no rule judged. */
  rules: string[]
}

/** One rule in one case: `untouched` when nothing in the case gave it occasion. */
export interface RuleResult {
  id: string
  strength: string
  text: string
  verdict: 'met' | 'broken' | 'warned' | 'untouched'
  findings: RuleFinding[]
}

export interface RuleFinding {
  hop: string
  /** The actor that is judged, and in which role. */
  actor: string
  role: string
  verdict: 'met' | 'broken' | 'warned'
  /** An artifact fault of the judged actor at this very hop: reported, but the case does not fail by it. */
  provoked?: true
  expected?: string
  seen?: string
}
