/** Values of options, and what is said of wrong ones: one sentence, exit code 2. */
import { InvalidArgumentError, Option } from 'commander'
import type { Shard } from '../testbed.ts'

const reporters = ['list', 'junit', 'markdown'] as const
export type Reporter = (typeof reporters)[number]

/** From `least` to 999. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,3}$/.test(text) || Number(text) < least)
      throw new InvalidArgumentError(`It is a number from ${least} to 999.`)
    return Number(text)
  }
}

/** `2/5`: the second of five. */
export function shardOf(text: string): Shard {
  const [, index, of] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (index === undefined || shard.index < 1 || shard.index > shard.of)
    throw new InvalidArgumentError('It is a part of the whole, for example 1/4.')
  return shard
}

export function reporting(preset: Reporter[]): Option {
  return new Option('--reporter <names>', `${reporters.join(', ')}; several with commas`)
    .argParser(reportersOf)
    .default(preset, preset.join(','))
}

function reportersOf(text: string): Reporter[] {
  return text.split(',').map((one) => {
    const known = reporters.find((name) => name === one.trim())
    if (!known)
      throw new InvalidArgumentError(`There is no reporter "${one}"; there are: ${reporters.join(', ')}.`)
    return known
  })
}
