/** `validate`: are the scenarios right? Nothing is started. */
import type { Command } from 'commander'
import type { Plan } from '../testbed.ts'
import { planned } from './planned.ts'
import { type SelectionFlags, selecting } from './selection.ts'

interface Flags extends SelectionFlags {
  expand?: boolean
}

export function addValidate(program: Command): void {
  const command = program
    .command('validate')
    .description('check scenarios; nothing is started')
    .argument('[file[:line]|folder...]', 'scenarios; the folder scenarios/ when left out')
    .option('--expand', 'print the plan with everything filled in')
  selecting(command).action(async (paths: string[], flags: Flags) => {
    const plan = await planned(paths, flags)
    process.stdout.write(flags.expand ? `${JSON.stringify(plan, null, 2)}\n` : counts(plan))
  })
}

function counts({ cases }: Plan): string {
  const steps = cases.flatMap((one) => one.steps)
  const expectations = steps.flatMap((step) => step.expect)
  const files = new Set(cases.map((one) => one.at.file))
  const parts = [
    count(files.size, 'file'),
    count(cases.length, 'case'),
    count(steps.length, 'step'),
    count(expectations.length, 'expectation'),
  ]
  return `valid: ${parts.join(', ')}\n`
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`
