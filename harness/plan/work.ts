/** What the parts of the plan share while one run is being planned. */
import type { Catalogue } from './catalogue.ts'
import type { Document, Keys } from './document.ts'
import type { PlanOptions } from './options.ts'
import type { Problem } from './problem.ts'
import { suggest } from './suggest.ts'

export interface Work {
  catalogue: Catalogue
  options: PlanOptions
  /** Text of a part or data file; throws when there is none. */
  read(path: string): string
  problems: Problem[]
}

/** A value of a file with its place. */
export interface Spot {
  document: Document
  keys: Keys
}

export const within = (spot: Spot, ...keys: Keys): Spot => ({ ...spot, keys: [...spot.keys, ...keys] })

export function report(work: Work, spot: Spot, message: string, hint?: string, what?: 'key' | 'value'): void {
  work.problems.push(spot.document.problem(spot.keys, message, hint, what))
}

/** Notes that `name` is not known, with the nearest name that is. */
export function reportUnknown(
  work: Work,
  spot: Spot,
  message: string,
  name: string,
  known: Iterable<string>,
): void {
  report(work, spot, message, suggest(name, known))
}

/** With its article: a client-app, an authorization-server; a user is spoken with a consonant. */
export const a = (noun: string): string => `${/^([aeio]|u(?!s))/.test(noun) ? 'an' : 'a'} ${noun}`

/** "a and b"; "a, b and c". */
export function listed(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
