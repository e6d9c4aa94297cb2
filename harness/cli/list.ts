/** `list`: the cases, with their tags; or the tracks as a menu. */
import type { Command } from 'commander'
import { trackMenu } from '../report/tracks.ts'
import type { Plan } from '../testbed.ts'
import { called } from './called.ts'
import { exit, Failure } from './exit.ts'
import { planned } from './planned.ts'
import { type SelectionFlags, selecting } from './selection.ts'

export function addList(program: Command): void {
  const command = program
    .command('list')
    .description('list the cases')
    .argument('[file[:line]|folder...]', 'scenarios; the folder scenarios/ when left out')
    .option('--tracks', 'the connectathon tracks as a menu: their files, and which actor may be real')
  selecting(command).action(async (paths: string[], flags: SelectionFlags & { tracks?: boolean }) => {
    const plan = await planned(paths, flags)
    process.stdout.write(flags.tracks ? tracksOf(plan) : listing(plan))
  })
}

function tracksOf(plan: Plan): string {
  const menu = trackMenu(plan, called())
  if (menu === '')
    throw new Failure(exit.nothing, 'There is no track: none of these cases has the tag track.')
  return `${menu}\n${about.join('\n')}\n`
}

const about = [
  'Several may be real at once. https://… is the base URL of a system that runs;',
  'await: it comes to us, and steps wait for it. Negative files reach a real system',
  'only if testbed.yaml says allowFaults: true of it.',
]

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
