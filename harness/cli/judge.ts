/** `judge`: judges a saved run again, without network and actors. */
import type { Command } from 'commander'
import { consoleReport } from '../report/console.ts'
import { judgeFolder, writeResult } from '../testbed.ts'
import { exitOf } from './exit.ts'
import { type Reporter, reporting } from './flags.ts'
import { colored, type OutputFlags, outputting } from './output.ts'
import { writeCoverage, writeReports } from './reports.ts'

interface Flags extends OutputFlags {
  write?: boolean
  reporter: Reporter[]
}

export function addJudge(program: Command): void {
  const command = program
    .command('judge')
    .description('judge a saved run again')
    .argument('<folder>', 'output folder of the run')
    .option('--write', 'write the new result.json')
    .addOption(reporting(['list']))
  outputting(command).action(async (folder: string, flags: Flags) => {
    process.exitCode = await judge(folder, flags)
  })
}

async function judge(folder: string, flags: Flags): Promise<number> {
  const judged = await judgeFolder(folder)
  const { result, stage, trace, saved, same, changed } = judged
  const { quiet = false, verbose = false, reporter } = flags
  // With which flags it was run nobody has written down.
  const options = { outputDir: folder, flags: [] }
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
