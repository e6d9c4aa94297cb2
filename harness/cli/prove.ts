/** `prove`: is every rule able to fail, and does none fail by itself? */
import type { Command } from 'commander'
import { caseLine } from '../report/case-line.ts'
import { painter } from '../report/paint.ts'
import type { CaseResult } from '../testbed.ts'
import { exit, Failure } from './exit.ts'
import { checkWritable, readText, sourcesOf } from './files.ts'
import { wholeNumber } from './flags.ts'
import { onInterrupt } from './interrupt.ts'
import { colored, type OutputFlags, outputting } from './output.ts'
import { silent } from './progress.ts'

interface Flags extends OutputFlags {
  seeds: number
  workers?: number
  scenarios: string[]
  outputDir: string
}

export function addProve(program: Command): void {
  const command = program
    .command('prove')
    .description('prove that every rule is met, that its faults break it, and that nothing else does')
    .argument('[rule...]', 'rules, as reg-018, or how their ids begin, as reg; all when left out')
  outputting(command)
    .option('--seeds <n>', 'how many seeds the happy paths run with, in every version', wholeNumber(1), 5)
    .option('--workers <n>', 'processes that run the cases', wholeNumber(1))
    .option('--scenarios <path...>', 'where the cases are; the folder scenarios/ when left out', [])
    .option('--output-dir <folder>', 'where the files of the runs go', 'out/prove')
    .action(async (rules: string[], flags: Flags) => {
      process.exitCode = await proveRules(rules, flags)
    })
}

async function proveRules(rules: string[], flags: Flags): Promise<number> {
  const [{ prove, BadScenarios }, table] = await Promise.all([
    import('../prove/prove.ts'),
    import('../prove/table.ts'),
  ])
  const { quiet = false, seeds, workers, outputDir } = flags
  const color = colored(flags)
  const paint = painter(color)
  checkWritable(outputDir)
  const interrupt = onInterrupt()
  const print = (lines: string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(''))
  try {
    const proven = await prove({
      files: sourcesOf(flags.scenarios).files,
      read: readText,
      rules,
      seeds,
      folder: outputDir,
      signal: interrupt.signal,
      ...(workers !== undefined && { workers }),
      watcher: () => ({
        ...silent,
        ended: (_, result: CaseResult) => {
          if (result.verdict !== 'passed' && !quiet) print([caseLine(result, { color })])
        },
      }),
    })
    if (interrupt.signal.aborted) return exit.interrupted
    if (proven.proofs.length === 0 && proven.unjudged.length === 0)
      throw new Failure(exit.nothing, `No rule is called ${rules.join(' or ')}, or begins so.`)
    if (!quiet) print(table.proofTable(proven, paint))
    const groups = table.groupLines(proven)
    if (!quiet && groups.length > 0)
      print(['', 'broken by the same faults:', ...groups.map((one) => `  ${one}`)])
    const wrong = table.shortcomings(proven)
    if (wrong.length > 0) print(['', ...wrong])
    print([...(quiet ? [] : ['']), table.score(proven)])
    return wrong.length > 0 ? exit.failed : exit.passed
  } catch (error) {
    if (error instanceof BadScenarios) throw new Failure(exit.usage, error.message)
    throw error
  } finally {
    interrupt.off()
  }
}
