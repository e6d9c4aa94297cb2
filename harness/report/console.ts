/** The report on the terminal, at the end of a run. */
import type { Result } from '../result.ts'
import type { HalfHop, Stage } from '../trace/trace.ts'
import { type FailureOptions, failures } from './failures.ts'
import { hopListing } from './hops.ts'
import { painter } from './paint.ts'
import { counts, hollow, realData, where } from './summary.ts'

export interface ReportOptions extends FailureOptions {
  color: boolean
  /** Every hop on a line. */
  verbose: boolean
  /** Failures and counts only. */
  quiet: boolean
  /** What of the guide was judged, in one line. */
  coverage: string
}

/** Ends with a line feed. */
export function consoleReport(
  result: Result,
  trace: HalfHop[],
  stage: Stage,
  options: ReportOptions,
): string {
  const { verbose, quiet, outputDir } = options
  const paint = painter(options.color)
  const warnings = quiet ? realData(result.cases) : hollow(result, stage)
  const lines = [
    ...(verbose ? hopListing(result, trace, stage, paint) : []),
    ...failures(result, stage, options, paint),
    ...warnings.map((line) => `${paint('yellow', '!')} ${line}`),
    ...(warnings.length > 0 ? [''] : []),
    ...counts(result, paint),
    `${paint('dim', 'guide ')} ${options.coverage}`,
    `${paint('dim', 'result')} ${where(outputDir)}`,
  ]
  return `${lines.join('\n')}\n`
}
