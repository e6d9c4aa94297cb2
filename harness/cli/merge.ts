/** `merge`: one run of the parts that `run --shard` made on several machines. */
import type { Command } from 'commander'
import { anonymised, mergeFolders } from '../testbed.ts'
import { type ConcludeFlags, concluding } from './conclude.ts'
import { exit, Failure } from './exit.ts'
import { checkWritable } from './files.ts'
import { anonymising, knownFailing, reporting, stricter } from './flags.ts'
import { outputting } from './output.ts'

interface Flags extends ConcludeFlags {
  anonymise?: boolean
  outputDir: string
}

export function addMerge(program: Command): void {
  const command = program
    .command('merge')
    .description('make one run of the parts that run --shard made')
    .argument('<folder...>', 'output folders of all shards, or a folder that has them as shard-1, shard-2, …')
    .requiredOption('--output-dir <folder>', 'where the files of the whole run go')
    .addOption(anonymising())
    .addOption(stricter())
    .addOption(knownFailing())
    .addOption(reporting(['list']))
  outputting(command).action(async (folders: string[], flags: Flags) => {
    process.exitCode = await merge(folders, flags)
  })
}

async function merge(folders: string[], flags: Flags): Promise<number> {
  const { outputDir } = flags
  // With which flags it was run nobody has written down.
  const conclude = concluding(flags, outputDir, [])
  checkWritable(outputDir)
  const mergeInto = async (folder: string) => {
    const merged = await mergeFolders(folders, folder)
    if ('problems' in merged)
      throw new Failure(exit.usage, [...merged.problems, 'Nothing was merged.'].join('\n'))
    return merged
  }
  if (!flags.anonymise) return conclude(await mergeInto(outputDir))
  const shown = await anonymised(mergeInto, outputDir)
  return conclude(shown, shown.text)
}
