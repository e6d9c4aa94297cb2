/** The first half of run, list, validate and up: the plan, or an error in the user's words. */
import { formatProblem, type Plan, planOf, proxyIn } from '../testbed.ts'
import { exit, Failure } from './exit.ts'
import { placeOf, readText, sourcesOf } from './files.ts'
import { choiceOf, type SelectionFlags } from './selection.ts'

/**
 * @param args files, files with a line, folders
 * @param secrets whether certificates that testbed.yaml names are opened, as a run will
 * @throws Failure when the scenarios are wrong, or when no case is left
 */
export async function planned(args: string[], flags: SelectionFlags, secrets = false): Promise<Plan> {
  const made = await read(args, flags, readText, secrets)
  if ('problems' in made) {
    const { length } = made.problems
    const count = length === 1 ? '1 problem' : `${length} problems`
    throw new Failure(
      exit.usage,
      `${made.problems.map(formatProblem).join('\n')}\n${count}; nothing was started.`,
    )
  }
  for (const { name, meant } of made.strangers) {
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
    process.stderr.write(`testbed.yaml: none of these scenarios has an actor ${name}.${hint}\n`)
  }
  if (made.plan.cases.length === 0)
    throw new Failure(exit.nothing, 'No case matches; `list` shows what there is.')
  if (secrets) checkProxies(made.plan)
  return made.plan
}

/** @throws Failure where there is somebody elsewhere, and the environment names no proxy that could be used */
function checkProxies({ cases }: Plan): void {
  if (!cases.some(({ actors }) => actors.some(({ outside }) => outside))) return
  try {
    proxyIn(process.env)
  } catch (error) {
    throw new Failure(exit.usage, `${(error as Error).message}.`)
  }
}

/** The scenarios and all parts and data files that they read, whether they are right or not. */
export async function filesOf(args: string[], flags: SelectionFlags): Promise<string[]> {
  const files = new Set(sourcesOf(args).files.map(({ path }) => path))
  await read(args, flags, (path) => {
    files.add(path)
    return readText(path)
  })
  return [...files].map(placeOf)
}

function read(args: string[], flags: SelectionFlags, text: (path: string) => string, secrets = false) {
  const { files, line } = sourcesOf(args)
  const { options, selection } = choiceOf(flags, secrets)
  return planOf(files, options, { ...selection, line }, text)
}
