/** `run`: plan, run, judge, report. */
import type { Command } from 'commander'
import { caseLine } from '../report/case-line.ts'
import { consoleReport } from '../report/console.ts'
import { compareKnown } from '../report/known.ts'
import {
  type CaseResult,
  failedCases,
  type Plan,
  repeatCases,
  runScenarios,
  type Shard,
  selectNamed,
  shardCases,
} from '../testbed.ts'
import { exit, exitOf, Failure } from './exit.ts'
import { checkWritable } from './files.ts'
import { type Reporter, reporting, shardOf, wholeNumber } from './flags.ts'
import { onInterrupt } from './interrupt.ts'
import { knownFailuresOf } from './known-failures.ts'
import { listing } from './list.ts'
import { colored, type OutputFlags, outputting } from './output.ts'
import { planned } from './planned.ts'
import { isLive, liveProgress, plainProgress, silent } from './progress.ts'
import { writeCoverage, writeReports } from './reports.ts'
import { againFlags, type SelectionFlags, selecting } from './selection.ts'
import { watch } from './watch.ts'

interface Flags extends SelectionFlags, OutputFlags {
  list?: boolean
  x?: boolean
  bail?: number
  retries?: number
  repeat?: number
  shard?: Shard
  lastFailed?: boolean
  watch?: boolean
  strict?: boolean
  knownFailures?: string
  reporter: Reporter[]
  workers?: number
  outputDir: string
}

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('run scenarios and judge what happened')
    .argument('[file[:line]|folder...]', 'scenarios; the folder scenarios/ when left out')
  outputting(selecting(command))
    .option('--list', 'only list the cases')
    .option('--last-failed', 'only cases that did not pass in the run before')
    .option('--shard <i/n>', 'only the ith of n parts, for several machines', shardOf)
    .option('-x', 'start no other case after one that failed')
    .option('--bail [=n]', 'the same; after n that failed', wholeNumber(1))
    .option('--retries <n>', 'run a case that failed again, up to n times', wholeNumber(0))
    .option('--repeat <n>', 'run every case n times', wholeNumber(1))
    .option('--workers <n>', 'processes that run the cases; worth it for many', wholeNumber(1))
    .option('--watch', 'run again when a file changes')
    .option('--strict', 'warnings and cases that pass only after a retry fail the run')
    .option('--known-failures <file>', 'failures that are known, with reasons; they do not fail the run')
    .addOption(reporting(['list']))
    .option('--output-dir <folder>', 'where the files of the run go', 'out')
    .action(async (paths: string[], flags: Flags) => {
      process.exitCode = flags.watch && !process.env.CI ? await watch(paths, flags) : await run(paths, flags)
    })
}

async function run(paths: string[], flags: Flags): Promise<number> {
  const plan = await chosen(paths, flags)
  if (typeof plan === 'string') {
    process.stdout.write(`${plan}\n`)
    return exit.passed
  }
  if (flags.list) {
    process.stdout.write(listing(plan))
    return exit.passed
  }
  const known = flags.knownFailures === undefined ? [] : knownFailuresOf(flags.knownFailures)
  const color = colored(flags)
  checkWritable(flags.outputDir)
  const { quiet = false, verbose = false, outputDir, retries = 0, workers, reporter } = flags
  const bail = flags.bail ?? (flags.x ? 1 : undefined)
  const line = (result: CaseResult) => caseLine(result, { color })
  const listed = reporter.includes('list')
  const make = quiet || !listed ? () => silent : isLive(process.stdout) ? liveProgress : plainProgress
  const progress = await make(plan.cases, line)
  const interrupt = onInterrupt()
  try {
    const judged = await runScenarios(plan, {
      folder: outputDir,
      retries,
      ...(bail === undefined ? {} : { bail }),
      ...(workers === undefined ? {} : { workers }),
      signal: interrupt.signal,
      watcher: progress,
    })
    progress.stop()
    const { result, stage, trace } = judged
    const options = { outputDir, flags: againFlags(flags) }
    const coverage = await writeCoverage(result, outputDir)
    const compared = compareKnown(result, known)
    for (const text of [...compared.lines, ...compared.surprises]) process.stdout.write(`${text}\n`)
    if (listed) {
      const report = consoleReport(result, trace, stage, { color, verbose, quiet, coverage, ...options })
      process.stdout.write(`${quiet ? '' : '\n'}${report}`)
    }
    for (const file of writeReports(reporter, judged, options)) process.stdout.write(`report ${file}\n`)
    if (!interrupt.signal.aborted) return exitOf(result, flags.strict, compared)
    process.stderr.write('Interrupted: what was recorded until then is in the output folder.\n')
    return exit.interrupted
  } finally {
    progress.stop()
    interrupt.off()
  }
}

/** The cases that this run is about; a sentence when there are some, but none in this shard. */
async function chosen(paths: string[], flags: Flags): Promise<Plan | string> {
  const { lastFailed, shard, repeat = 1, outputDir } = flags
  const failed = lastFailed ? await failedCases(outputDir) : undefined
  if (failed?.length === 0) throw new Failure(exit.nothing, `No case failed in the run in ${outputDir}.`)
  const files = [...new Set(failed?.map(({ file }) => file))]
  const all = await planned(paths.length > 0 ? paths : files, flags)
  const plan = failed ? selectNamed(all, failed) : all
  if (plan.cases.length === 0)
    throw new Failure(exit.nothing, `No case matches that failed in the run in ${outputDir}.`)
  const part = shard ? shardCases(plan, shard) : plan
  if (shard && part.cases.length === 0)
    return `Shard ${shard.index}/${shard.of} has none of the ${plan.cases.length} cases.`
  return repeatCases(part, repeat)
}
