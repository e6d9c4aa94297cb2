/** The end of `run` and `merge`: coverage, what is known, the reports, the exit code. */
import { consoleReport } from '../report/console.ts'
import { compareKnown } from '../report/known.ts'
import type { Judged } from '../testbed.ts'
import { called } from './called.ts'
import { exitOf } from './exit.ts'
import type { Reporter } from './flags.ts'
import { knownFailuresOf } from './known-failures.ts'
import { colored, type OutputFlags } from './output.ts'
import { writeCoverage, writeReports } from './reports.ts'

export interface ConcludeFlags extends OutputFlags {
  strict?: boolean
  knownFailures?: string
  reporter: Reporter[]
}

/**
 * Read before anything begins, as it may be wrong.
 *
 * @param again flags of the run that decide what its cases do
 * @returns a function that gets the run and, where others will read it, what writes a text for them
 */
export function concluding(
  flags: ConcludeFlags,
  outputDir: string,
  again: string[],
): (judged: Judged, text?: (text: string) => string) => Promise<number> {
  const known = flags.knownFailures === undefined ? [] : knownFailuresOf(flags.knownFailures)
  const { quiet = false, verbose = false, reporter, strict } = flags
  return async (judged, text = (one) => one) => {
    const { result, stage, trace } = judged
    const options = { outputDir, called: called(), flags: again.map(text) }
    const coverage = await writeCoverage(result, outputDir)
    const compared = compareKnown(result, known)
    for (const line of [...compared.lines, ...compared.surprises]) process.stdout.write(`${line}\n`)
    if (reporter.includes('list')) {
      const how = { color: colored(flags), verbose, quiet, coverage, ...options }
      process.stdout.write(`${quiet ? '' : '\n'}${consoleReport(result, trace, stage, how)}`)
    }
    for (const file of writeReports(reporter, judged, options)) process.stdout.write(`report ${file}\n`)
    return exitOf(result, strict, compared)
  }
}
