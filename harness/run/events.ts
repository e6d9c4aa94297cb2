/** What a run tells while it goes on. Plain JSON: the same from a worker process. */

import type { HalfHop, StageCase, StageStep } from '../trace/trace.ts'
import type { Told } from './prompt.ts'

export type RunEvent =
  | { type: 'case-started'; case: string }
  | { type: 'step-started'; case: string; step: string }
  /** The halves of one step, paired; of no step when they came before the first or after the last. */
  | { type: 'hops'; case: string; halves: HalfHop[] }
  /** Somebody is to do something now; `until` in milliseconds since 1970. */
  | ({ type: 'waiting'; case: string; step: string; until: number } & Told)
  | { type: 'waited'; case: string; step: string }
  | { type: 'step-ended'; case: string; step: StageStep }
  | { type: 'case-ended'; case: string; stage: StageCase }

export type Emit = (event: RunEvent) => void
