/** `--known-failures`: the file, or an error in the user's words. */
import { formatProblem, type KnownFailure, readKnownFailures } from '../testbed.ts'
import { exit, Failure } from './exit.ts'
import { readText } from './files.ts'

/** @throws Failure when the file cannot be read or is not as it must be */
export function knownFailuresOf(path: string): KnownFailure[] {
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    throw new Failure(exit.usage, `${path}: ${(error as Error).message}.`)
  }
  const read = readKnownFailures(path, text)
  if ('known' in read) return read.known
  throw new Failure(exit.usage, `${read.problems.map(formatProblem).join('\n')}\nNothing was started.`)
}
