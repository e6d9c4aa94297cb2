/** One rule of the catalogue with the code that judges it. */
import type { Parameters, RuleId, Strength } from '../../spec/types.ts'
import type { StageCase } from '../trace/trace.ts'
import type { History } from './history.ts'
import type { Message, MessageKind } from './message.ts'

export interface Rule {
  id: RuleId
  on: MessageKind[]
  /** Whoever wrote the message is judged; `reader`: whoever got it, by what it did then. */
  judges?: 'reader'
  /** `undefined` when the message gives it no occasion. */
  judge(message: Message, view: View): Finding | undefined
}

export interface View {
  /** Those of the version that the judged actor follows. */
  parameters: Parameters
  /** The row's strength in that version. */
  strength: Strength
  /** The judged actor; absent when it is nobody of the case. */
  actor?: string
  history: History
  stage: StageCase
}

/**
 * What should have been and what was, in words that follow "expected" and "saw"; `at` is where it showed, when
 * that is not the message itself. Of a MAY, `met` is that it was used, and `unused` that it was not.
 */
export type Finding = 'met' | 'unused' | Wrong
export interface Wrong {
  expected: string
  seen: string
  at?: Message
}
