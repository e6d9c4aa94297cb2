/** Which scenarios, and with what in them: the arguments that run, list, validate and up share. */
import { type Command, Option } from 'commander'
import type { PlanOptions, Selection } from '../testbed.ts'
import { type ConfigFlags, configOf } from './config.ts'
import { exit, Failure } from './exit.ts'

export interface SelectionFlags extends ConfigFlags {
  grep?: string
  tag?: string
  input?: Record<string, string>
  actor?: Record<string, string>
  place?: string
  browser?: string
  spec?: string[]
  seed?: string
  clock?: string
  communities?: string
  awaitFor?: string
}

export function selecting(command: Command): Command {
  return command
    .option('-g, --grep <text>', 'only cases whose name has this text (a regular expression)')
    .option('--tag <expression>', "only cases with these tags, for example 'udap && !slow'")
    .addOption(pairs('--input <name=value>', 'set an input of the scenario; may be given again'))
    .option('--config <file>', 'which actors are real, and more; testbed.yaml in this folder when left out')
    .addOption(
      pairs(
        '--actor <name=URL>',
        'this actor is a system that runs at URL; name=await: it comes to us, and steps wait for it; may be given again',
      ),
    )
    .option('--await-for <duration>', 'how long steps wait for such an actor: PT5M, for example')
    .addOption(
      repeated('--tls-ca <file>', 'TLS roots that our calls trust as well, in PEM; may be given again'),
    )
    .option('--communities <folder>', 'definitions of further trust communities')
    .option('--place <place>', 'where all other actors run: in-process, process or container')
    .option('--browser <browser>', 'what every person browses with: http or chromium')
    .addOption(
      repeated(
        '--spec <version>',
        'version of the guide, for all actors or name=version; all: each case in each; may be given again',
      ),
    )
    .option('--seed <text>', 'same seed, same ids')
    .option('--clock <time>', 'scenario time at the start, ISO 8601')
}

/**
 * What the flags and testbed.yaml say about the plan, and which of its cases are meant. What a flag says counts.
 *
 * @param secrets whether certificates are opened, as a run will
 */
export function choiceOf(
  flags: SelectionFlags,
  secrets: boolean,
): {
  options: PlanOptions
  selection: Omit<Selection, 'line'>
} {
  const { grep, tag, input, actor, place, browser, spec, seed, clock, communities, awaitFor } = flags
  const { options } = configOf(flags, secrets)
  return {
    selection: { ...(grep !== undefined && { grep }), ...(tag !== undefined && { tag }) },
    options: {
      ...options,
      ...(input && { inputs: { ...options.inputs, ...input } }),
      ...(actor && { actors: actor }),
      ...(place !== undefined && { place }),
      ...(browser !== undefined && { browser }),
      ...(spec && { spec: spec.join(',') }),
      ...(seed !== undefined && { seed }),
      ...(clock !== undefined && { clock }),
      ...(communities !== undefined && { communities }),
      ...(awaitFor !== undefined && { awaitFor }),
    },
  }
}

/** Those that decide what happens in a case, for the command that runs one again. The seed is the case's own. */
export function againFlags(flags: SelectionFlags): string[] {
  const { config, tlsCa, communities, awaitFor, input, actor, place, browser, spec, clock } = flags
  const each = (flag: string, pairs: Record<string, string> | undefined) =>
    Object.entries(pairs ?? {}).flatMap(([name, value]) => [flag, `${name}=${value}`])
  return [
    ...(config === undefined ? [] : ['--config', config]),
    ...(tlsCa ?? []).flatMap((file) => ['--tls-ca', file]),
    ...(communities === undefined ? [] : ['--communities', communities]),
    ...(awaitFor === undefined ? [] : ['--await-for', awaitFor]),
    ...each('--input', input),
    ...each('--actor', actor),
    ...(place === undefined ? [] : ['--place', place]),
    ...(browser === undefined ? [] : ['--browser', browser]),
    ...(spec ?? []).flatMap((one) => ['--spec', one]),
    ...(clock === undefined ? [] : ['--clock', clock]),
  ]
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: string[] | undefined) => [
    ...(before ?? []),
    value,
  ])
}

/** `name=value`, as often as one likes. */
export function pairs(flags: string, description: string): Option {
  return new Option(flags, description).argParser(
    (text: string, before: Record<string, string> | undefined) => {
      const at = text.indexOf('=')
      if (at < 1) throw new Failure(exit.usage, `"${text}" is no name=value.`)
      return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
    },
  )
}
