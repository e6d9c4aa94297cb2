/** Values of options, and what is said of wrong ones: one sentence, exit code 2. */
import { InvalidArgumentError, Option } from 'commander'
import type { Shard } from '../testbed.ts'
import { jobIndex } from './job.ts'

const reporters = ['list', 'junit', 'markdown', 'sheet'] as const
export type Reporter = (typeof reporters)[number]

/** From `least` to 999. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,3}$/.test(text) || Number(text) < least)
      throw new InvalidArgumentError(`It is a number from ${least} to 999.`)
    return Number(text)
  }
}

/** A part of the whole; that of an engine's job has a folder of its own below the output folder. */
export interface ShardChoice extends Shard {
  folder: string
}

/** `2/5`: the second of five; `job/5`: which of five the engine that started this process says. */
export function shardOf(text: string): ShardChoice {
  const [, part = '', n] = /^(\d{1,4}|job)\/(\d{1,4})$/.exec(text) ?? []
  const of = Number(n)
  if (part === 'job' && of > 0) {
    const index = fromJob(of) + 1
    return { index, of, folder: `shard-${index}` }
  }
  const index = Number(part)
  if (n === undefined || !(index >= 1 && index <= of))
    throw new InvalidArgumentError('It is a part of the whole: job/4, or for example 1/4.')
  return { index, of, folder: '' }
}

function fromJob(of: number): number {
  try {
    return jobIndex(of)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

export const stricter = () =>
  new Option('--strict', 'warnings and cases that pass only after a retry fail the run')

export const knownFailing = () =>
  new Option('--known-failures <file>', 'failures that are known, with reasons; they do not fail the run')

export const anonymising = () =>
  new Option(
    '--anonymise',
    'hosts, names, certificates and ids of real systems have aliases in all that is written and printed',
  )

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
