/** `judge`: judges a saved run again, without network and actors. */
import type { Command } from 'commander'
import { consoleReport } from '../report/console.ts'
import { judgeFolder, writeResult } from '../testbed.ts'
import { exitOf } from './exit.ts'
import { colored, type OutputFlags, outputting } from './output.ts'

interface Flags extends OutputFlags {
  write?: boolean
}

export function addJudge(program: Command): void {
  const command = program
    .command('judge')
    .description('judge a saved run again')
    .argument('<folder>', 'output folder of the run')
    .option('--write', 'write the new result.json')
  outputting(command).action(async (folder: string, flags: Flags) => {
    process.exitCode = await judge(folder, flags)
  })
}

async function judge(folder: string, flags: Flags): Promise<number> {
  const { result, stage, trace, saved, same, changed } = await judgeFolder(folder)
  const { quiet = false, verbose = false } = flags
  process.stdout.write(
    consoleReport(result, trace, stage, { color: colored(flags), verbose, quiet, outputDir: folder }),
  )
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
