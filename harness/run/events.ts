/** What a run tells while it goes on. Plain JSON: the same from a worker process. */
import type { HalfHop, StageCase, StageStep } from '../trace/trace.ts'

export type RunEvent =
  | { type: 'case-started'; case: string }
  | { type: 'step-started'; case: string; step: string }
  /** The halves of one step, paired; of no step when they came before the first or after the last. */
  | { type: 'hops'; case: string; halves: HalfHop[] }
  | { type: 'step-ended'; case: string; step: StageStep }
  | { type: 'case-ended'; case: string; stage: StageCase }

export type Emit = (event: RunEvent) => void
