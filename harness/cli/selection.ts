/** Which scenarios, and with what in them: the arguments that run, list, validate and up share. */
import { type Command, Option } from 'commander'
import type { PlanOptions, Selection } from '../testbed.ts'
import { exit, Failure } from './exit.ts'

export interface SelectionFlags {
  grep?: string
  tag?: string
  input?: Record<string, string>
  actor?: Record<string, string>
  place?: string
  browser?: string
  spec?: string[]
  seed?: string
  clock?: string
}

export function selecting(command: Command): Command {
  return command
    .option('-g, --grep <text>', 'only cases whose name has this text (a regular expression)')
    .option('--tag <expression>', "only cases with these tags, for example 'udap && !slow'")
    .addOption(pairs('--input <name=value>', 'set an input of the scenario; may be given again'))
    .addOption(pairs('--actor <name=URL>', 'this actor is a system that runs at URL; may be given again'))
    .option('--place <place>', 'where all other actors run: in-process or process')
    .option('--browser <browser>', 'what every person browses with: http or chromium')
    .addOption(
      new Option(
        '--spec <version>',
        'version of the guide, for all actors or name=version; all: each case in each; may be given again',
      ).argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]),
    )
    .option('--seed <text>', 'same seed, same ids')
    .option('--clock <time>', 'scenario time at the start, ISO 8601')
}

/** What the flags say about the plan, and about which of its cases are meant. */
export function choiceOf(flags: SelectionFlags): {
  options: PlanOptions
  selection: Omit<Selection, 'line'>
} {
  const { grep, tag, input, actor, place, browser, spec, seed, clock } = flags
  return {
    selection: { ...(grep !== undefined && { grep }), ...(tag !== undefined && { tag }) },
    options: {
      ...(input && { inputs: input }),
      ...(actor && { actors: actor }),
      ...(place !== undefined && { place }),
      ...(browser !== undefined && { browser }),
      ...(spec && { spec: spec.join(',') }),
      ...(seed !== undefined && { seed }),
      ...(clock !== undefined && { clock }),
    },
  }
}

/** Those that decide what happens in a case, for the command that runs one again. The seed is the case's own. */
export function againFlags({ input, actor, place, browser, spec, clock }: SelectionFlags): string[] {
  const each = (flag: string, pairs: Record<string, string> | undefined) =>
    Object.entries(pairs ?? {}).flatMap(([name, value]) => [flag, `${name}=${value}`])
  return [
    ...each('--input', input),
    ...each('--actor', actor),
    ...(place === undefined ? [] : ['--place', place]),
    ...(browser === undefined ? [] : ['--browser', browser]),
    ...(spec ?? []).flatMap((one) => ['--spec', one]),
    ...(clock === undefined ? [] : ['--clock', clock]),
  ]
}

/** `name=value`, as often as one likes. */
function pairs(flags: string, description: string): Option {
  return new Option(flags, description).argParser(
    (text: string, before: Record<string, string> | undefined) => {
      const at = text.indexOf('=')
      if (at < 1) throw new Failure(exit.usage, `"${text}" is no name=value.`)
      return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
    },
  )
}
