/** `run`: plan, run, judge, report. */
import { type Command, InvalidArgumentError } from 'commander'
import { caseLine } from '../report/case-line.ts'
import { consoleReport } from '../report/console.ts'
import { type CaseResult, runScenarios } from '../testbed.ts'
import { exit, exitOf } from './exit.ts'
import { checkWritable } from './files.ts'
import { onInterrupt } from './interrupt.ts'
import { listing } from './list.ts'
import { colored, type OutputFlags, outputting } from './output.ts'
import { planned } from './planned.ts'
import { isLive, liveProgress, plainProgress, silent } from './progress.ts'
import { type SelectionFlags, selecting } from './selection.ts'

interface Flags extends SelectionFlags, OutputFlags {
  list?: boolean
  /** -x is true, --bail too. */
  bail?: boolean
  workers?: number
  outputDir: string
}

export function addRun(program: Command): void {
  const command = program
    .command('run', { isDefault: false })
    .description('run scenarios and judge what happened')
    .argument('[file[:line]|folder...]', 'scenarios; the folder scenarios/ when left out')
  outputting(selecting(command))
    .option('--list', 'only list the cases')
    .option('-x, --bail', 'start no other case after one that failed')
    .option('--workers <n>', 'processes that run the cases; worth it for many', wholeNumber)
    .option('--output-dir <folder>', 'where the files of the run go', 'out')
    .action(async (paths: string[], flags: Flags) => {
      process.exitCode = await run(paths, flags)
    })
}

async function run(paths: string[], flags: Flags): Promise<number> {
  const plan = await planned(paths, flags)
  if (flags.list) {
    process.stdout.write(listing(plan))
    return exit.passed
  }
  const color = colored(flags)
  checkWritable(flags.outputDir)
  const { quiet = false, verbose = false, outputDir, bail = false, workers } = flags
  const line = (result: CaseResult) => caseLine(result, { color })
  const make = quiet ? () => silent : isLive(process.stdout) ? liveProgress : plainProgress
  const progress = await make(plan.cases, line)
  const interrupt = onInterrupt()
  try {
    const { result, stage, trace } = await runScenarios(plan, {
      folder: outputDir,
      bail,
      ...(workers === undefined ? {} : { workers }),
      signal: interrupt.signal,
      watcher: progress,
    })
    progress.stop()
    process.stdout.write(
      `${quiet ? '' : '\n'}${consoleReport(result, trace, stage, { color, verbose, quiet, outputDir })}`,
    )
    if (!interrupt.signal.aborted) return exitOf(result)
    process.stderr.write('Interrupted: what was recorded until then is in the output folder.\n')
    return exit.interrupted
  } finally {
    progress.stop()
    interrupt.off()
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('It is a number from 1 to 999.')
  return Number(text)
}
