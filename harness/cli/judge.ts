/** `judge`: judges a saved run again, without network and actors. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { consoleReport } from '../report/console.ts'
import { anonymiseFolder, judgeFolder, writeResult } from '../testbed.ts'
import { called } from './called.ts'
import { concluding } from './conclude.ts'
import { exit, exitOf, Failure } from './exit.ts'
import { checkWritable } from './files.ts'
import { anonymising, type Reporter, reporting } from './flags.ts'
import { colored, type OutputFlags, outputting } from './output.ts'
import { writeCoverage, writeReports } from './reports.ts'

interface Flags extends OutputFlags {
  write?: boolean
  anonymise?: boolean
  outputDir?: string
  reporter: Reporter[]
}

export function addJudge(program: Command): void {
  const command = program
    .command('judge')
    .description('judge a saved run again')
    .argument('<folder>', 'output folder of the run')
    .option('--write', 'write the new result.json')
    .addOption(anonymising())
    .option('--output-dir <folder>', 'with --anonymise: where the copy for others goes')
    .addOption(reporting(['list']))
  outputting(command).action(async (folder: string, flags: Flags) => {
    process.exitCode = flags.anonymise ? await copyFor(folder, flags) : await judge(folder, flags)
  })
}

/** Judged by what was really sent, then written for others into a folder of its own; the first stays as it is. */
async function copyFor(folder: string, flags: Flags): Promise<number> {
  const { outputDir, write } = flags
  if (outputDir === undefined || resolve(outputDir) === resolve(folder))
    throw new Failure(exit.usage, '--anonymise makes a copy of the run: say --output-dir <another folder>.')
  if (write)
    throw new Failure(
      exit.usage,
      '--write is for the saved run itself, --anonymise for a copy: leave one out.',
    )
  const conclude = concluding(flags, outputDir, [])
  checkWritable(outputDir)
  const { result } = await judgeFolder(folder)
  const shown = await anonymiseFolder(folder, outputDir, result)
  return conclude(shown, shown.text)
}

async function judge(folder: string, flags: Flags): Promise<number> {
  const judged = await judgeFolder(folder)
  const { result, stage, trace, saved, same, changed } = judged
  const { quiet = false, verbose = false, reporter } = flags
  // With which flags it was run nobody has written down.
  const options = { outputDir: folder, called: called(), flags: [] }
  const coverage = await writeCoverage(result, folder)
  if (reporter.includes('list')) {
    const choice = { color: colored(flags), verbose, quiet, coverage, ...options }
    process.stdout.write(consoleReport(result, trace, stage, choice))
  }
  for (const file of writeReports(reporter, judged, options)) process.stdout.write(`report ${file}\n`)
  const verdict = !saved
    ? 'There is no saved result.'
    : same
      ? 'Same as the saved result.'
      : 'Not the same as the saved result.'
  process.stdout.write(`${verdict}\n`)
  if (changed.length > 0)
    process.stdout.write(`Changed since the run: ${changed.map((file) => `spec/${file}`).join(', ')}\n`)
  if (flags.write) await writeResult(folder, result)
  return exitOf(result)
}
