/** `run`: plan, run, judge, report. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { caseLine } from '../report/case-line.ts'
import {
  anonymised,
  type CaseResult,
  type Durations,
  durationsOf,
  failedCases,
  type Plan,
  repeatCases,
  runScenarios,
  selectNamed,
  shardCases,
  tooMuch,
} from '../testbed.ts'
import { type ConcludeFlags, concluding } from './conclude.ts'
import { configOf } from './config.ts'
import { exit, Failure } from './exit.ts'
import { checkWritable } from './files.ts'
import {
  anonymising,
  knownFailing,
  reporting,
  type ShardChoice,
  shardOf,
  stricter,
  wholeNumber,
} from './flags.ts'
import { onInterrupt } from './interrupt.ts'
import { listing } from './list.ts'
import { colored, outputting } from './output.ts'
import { planned } from './planned.ts'
import { isLive, liveProgress, plainProgress, promptsOnly, silent } from './progress.ts'
import { againFlags, type SelectionFlags, selecting } from './selection.ts'
import { watch } from './watch.ts'

interface Flags extends SelectionFlags, ConcludeFlags {
  list?: boolean
  x?: boolean
  bail?: number
  retries?: number
  repeat?: number
  shard?: ShardChoice
  durations?: string
  lastFailed?: boolean
  watch?: boolean
  anonymise?: boolean
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
    .option(
      '--shard <i/n>',
      'only the ith of n parts, for several machines; job/n: the part that Kubernetes or Swarm gives this process, in a folder shard-<i> of its own',
      shardOf,
    )
    .option('--durations <file>', 'result.json of an earlier run, for parts that take equally long')
    .option('-x', 'start no other case after one that failed')
    .option('--bail [=n]', 'the same; after n that failed', wholeNumber(1))
    .option('--retries <n>', 'run a case that failed again, up to n times', wholeNumber(0))
    .option('--repeat <n>', 'run every case n times', wholeNumber(1))
    .option('--workers <n>', 'processes that run the cases; worth it for many', wholeNumber(1))
    .option('--watch', 'run again when a file changes')
    .addOption(anonymising())
    .addOption(stricter())
    .addOption(knownFailing())
    .addOption(reporting(['list']))
    .option('--output-dir <folder>', 'where the files of the run go', 'out')
    .action(async (paths: string[], flags: Flags) => {
      process.exitCode = flags.watch && !process.env.CI ? await watch(paths, flags) : await run(paths, flags)
    })
}

async function run(paths: string[], flags: Flags): Promise<number> {
  const plan = await chosen(paths, flags)
  const { shard, reporter, retries = 0, workers, quiet = false } = flags
  if (flags.list) {
    process.stdout.write(listing(plan))
    return exit.passed
  }
  const outputDir = join(flags.outputDir, shard?.folder ?? '')
  const knownFailures = flags.knownFailures ?? configOf(flags, false).knownFailures
  const how = knownFailures === undefined ? flags : { ...flags, knownFailures }
  const conclude = concluding(how, outputDir, againFlags(flags))
  checkWritable(outputDir)
  const color = colored(flags)
  const bail = flags.bail ?? (flags.x ? 1 : undefined)
  const line = (result: CaseResult) => caseLine(result, { color })
  const listed = reporter.includes('list') && !quiet
  // What is real is known at the end only: until then nothing is said.
  const make = quiet
    ? () => silent
    : !listed || flags.anonymise
      ? promptsOnly
      : isLive(process.stdout)
        ? liveProgress
        : plainProgress
  const progress = await make(plan.cases, line)
  const interrupt = onInterrupt()
  const runIn = (folder: string) =>
    runScenarios(plan, {
      folder,
      retries,
      ...(bail === undefined ? {} : { bail }),
      ...(workers === undefined ? {} : { workers }),
      signal: interrupt.signal,
      watcher: progress,
    })
  try {
    const shown = flags.anonymise ? await anonymised(runIn, outputDir) : undefined
    const judged = shown ?? (await runIn(outputDir))
    progress.stop()
    if (shown && listed) for (const one of shown.result.cases) process.stdout.write(`${line(one)}\n`)
    const code = await conclude(judged, shown?.text)
    if (!interrupt.signal.aborted) return code
    process.stderr.write('Interrupted: what was recorded until then is in the output folder.\n')
    return exit.interrupted
  } finally {
    progress.stop()
    interrupt.off()
  }
}

/** The cases that this run is about; a shard may have none. */
async function chosen(paths: string[], flags: Flags): Promise<Plan> {
  const { lastFailed, shard, repeat = 1, outputDir } = flags
  const failed = lastFailed ? await failedCases(outputDir) : undefined
  if (failed?.length === 0) throw new Failure(exit.nothing, `No case failed in the run in ${outputDir}.`)
  const files = [...new Set(failed?.map(({ file }) => file))]
  const all = await planned(paths.length > 0 ? paths : files, flags, !flags.list)
  const plan = failed ? selectNamed(all, failed) : all
  if (plan.cases.length === 0)
    throw new Failure(exit.nothing, `No case matches that failed in the run in ${outputDir}.`)
  const load = tooMuch(plan, repeat)
  if (load !== undefined) throw new Failure(exit.usage, `--repeat ${repeat}: ${load}.`)
  const durations = await measured(flags)
  const whole = repeatCases(plan, repeat)
  if (!shard) return whole
  const part = shardCases(whole, shard, durations)
  if (part.cases.length === 0)
    process.stderr.write(`Shard ${shard.index}/${shard.of} has none of the ${whole.cases.length} cases.\n`)
  return part
}

/** What `--durations` names. Several machines may begin before there is any. */
async function measured({ shard, durations: path }: Flags): Promise<Durations | undefined> {
  if (path === undefined) return undefined
  if (!shard) throw new Failure(exit.usage, '--durations is for --shard, which is not there.')
  const durations = await durationsOf(path)
  if (!durations)
    process.stderr.write(`--durations ${path}: there is no such file; the parts are made by a hash.\n`)
  return durations
}
