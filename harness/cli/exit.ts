/** Exit codes of every command, and how a command says that it could not do its work. */
import type { Compared } from '../report/known.ts'
import type { CaseResult, Result } from '../testbed.ts'

export const exit = {
  passed: 0,
  failed: 1,
  usage: 2,
  broke: 3,
  nothing: 4,
  interrupted: 130,
} as const

export const exitWords: Record<(typeof exit)[keyof typeof exit], string> = {
  0: 'All cases passed.',
  1: 'An expectation or a SHALL failed.',
  2: 'The command line or a scenario is wrong; nothing was started.',
  3: 'The stage broke: an actor could not start, answer, or be trusted at the TLS layer.',
  4: 'No case matched.',
  130: 'The run was interrupted.',
}

/** Ends the command with a message for the user and an exit code. Never a bug of ours. */
export class Failure extends Error {
  override name = 'Failure'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * @param strict warnings and flaky cases fail too
 * @param known how the run compares with its known failures
 */
export function exitOf({ summary, cases }: Result, strict = false, known?: Compared): number {
  if (summary.errored > 0) return exit.broke
  const warned = summary.flaky > 0 || summary.rules.warned > 0 || cases.some(hasWarned)
  const failed = summary.failed - (known?.excused ?? 0) + (known?.surprises.length ?? 0)
  return failed > 0 || (strict && warned) ? exit.failed : exit.passed
}

const hasWarned = ({ steps }: CaseResult): boolean =>
  steps.some(({ expectations }) => expectations.some(({ verdict }) => verdict === 'warned'))
