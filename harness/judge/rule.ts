/** One rule of the catalogue with the code that judges it. */
import type { Parameters, RuleId } from '../../spec/types.ts'
import type { HopClass } from './classify.ts'
import type { End, Hop } from './hops.ts'

export interface Rule {
  id: RuleId
  on: HopClass[]
  /** `undefined` when the hop gives it no occasion. */
  judge(hop: Hop, view: View): Finding | undefined
}

export interface View {
  /** Those of the version that the judged actor follows. */
  parameters: Parameters
  /** Where the judged actor stands in the hop. */
  end: End
}

/** What should have been and what was, in words that follow "expected" and "saw". */
export type Finding = 'met' | { expected: string; seen: string }
