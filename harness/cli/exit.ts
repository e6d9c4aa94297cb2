/** Exit codes of every command, and how a command says that it could not do its work. */
import type { Result } from '../testbed.ts'

export const exit = {
  passed: 0,
  /** An expectation or a SHALL failed. */
  failed: 1,
  /** Bad command line or scenario; nothing was started. */
  usage: 2,
  /** The stage broke: an actor could not start, answer, or be trusted at the TLS layer. */
  broke: 3,
  /** No case matched. */
  nothing: 4,
  interrupted: 130,
} as const

/** Ends the command with a message for the user and an exit code. Never a bug of ours. */
export class Failure extends Error {
  override name = 'Failure'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export function exitOf({ summary }: Result): number {
  if (summary.errored > 0) return exit.broke
  return summary.failed > 0 ? exit.failed : exit.passed
}
