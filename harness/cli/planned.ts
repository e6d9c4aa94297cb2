/** The first half of run, list, validate and up: the plan, or an error in the user's words. */
import { formatProblem, type Plan, planOf } from '../testbed.ts'
import { exit, Failure } from './exit.ts'
import { readText, sourcesOf } from './files.ts'
import { choiceOf, type SelectionFlags } from './selection.ts'

/**
 * @param args files, files with a line, folders
 * @throws Failure when the scenarios are wrong, or when no case is left
 */
export async function planned(args: string[], flags: SelectionFlags): Promise<Plan> {
  const made = await read(args, flags, readText)
  if ('problems' in made) {
    const { length } = made.problems
    const count = length === 1 ? '1 problem' : `${length} problems`
    throw new Failure(
      exit.usage,
      `${made.problems.map(formatProblem).join('\n')}\n${count}; nothing was started.`,
    )
  }
  if (made.plan.cases.length === 0)
    throw new Failure(exit.nothing, 'No case matches; `list` shows what there is.')
  return made.plan
}

/** The scenarios and all parts and data files that they read, whether they are right or not. */
export async function filesOf(args: string[], flags: SelectionFlags): Promise<string[]> {
  const files = new Set(sourcesOf(args).files.map(({ path }) => path))
  await read(args, flags, (path) => {
    files.add(path)
    return readText(path)
  })
  return [...files]
}

function read(args: string[], flags: SelectionFlags, text: (path: string) => string) {
  const { files, line } = sourcesOf(args)
  const { options, selection } = choiceOf(flags)
  return planOf(files, options, { ...selection, line }, text)
}
