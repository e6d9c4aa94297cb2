/** `list`: the cases, with their tags. */
import type { Command } from 'commander'
import type { Plan } from '../testbed.ts'
import { planned } from './planned.ts'
import { type SelectionFlags, selecting } from './selection.ts'

export function addList(program: Command): void {
  const command = program
    .command('list')
    .description('list the cases')
    .argument('[file[:line]|folder...]', 'scenarios; the folder scenarios/ when left out')
  selecting(command).action(async (paths: string[], flags: SelectionFlags) => {
    process.stdout.write(listing(await planned(paths, flags)))
  })
}

/** `scenarios/x.yaml:3  A name  [udap, b2b]`, one line a case. */
export function listing({ cases }: Plan): string {
  const lines = cases.map(({ at, name, tags, skip }) =>
    [
      `${at.file}:${at.line}`,
      name,
      ...(tags.length > 0 ? [`[${tags.join(', ')}]`] : []),
      ...(skip === undefined ? [] : [`skipped: ${skip}`]),
    ].join('  '),
  )
  return `${lines.join('\n')}\n`
}
