/** The command line. One file a command; here is what they share: how a command ends. */
import { Command, CommanderError } from 'commander'
import { version } from '../version.ts'
import { exit, Failure } from './exit.ts'

const LINGER_MS = 2_000

/** Loaded when they are meant: most take their time, and an actor in a container must be there at once. */
const commands: Record<string, () => Promise<(program: Command) => void>> = {
  run: async () => (await import('./run.ts')).addRun,
  list: async () => (await import('./list.ts')).addList,
  validate: async () => (await import('./validate.ts')).addValidate,
  up: async () => (await import('./up.ts')).addUp,
  judge: async () => (await import('./judge.ts')).addJudge,
  merge: async () => (await import('./merge.ts')).addMerge,
  prove: async () => (await import('./prove.ts')).addProve,
  explain: async () => (await import('./explain.ts')).addExplain,
  init: async () => (await import('./init.ts')).addInit,
  certs: async () => (await import('./certs.ts')).addCerts,
  actor: async () => (await import('./actor.ts')).addActor,
}

const program = new Command('udap-testbed')
  .description(
    'Simulates all parties of the HL7 FAST Security (UDAP) guide, records every hop and judges it.',
  )
  .version(version)
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride()
const first = process.argv[2] ?? ''
for (const name of Object.hasOwn(commands, first) ? [first] : Object.keys(commands)) {
  const add = await commands[name]!()
  add(program)
}

// `list | head` closes the pipe: nobody reads on, and that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exit.passed)
  throw error
})

// A bug in a handler of an actor, for example. Actors in processes of their own end with this one.
process.on('uncaughtException', (error) => process.exit(codeOf(error)))

try {
  // An optional value would eat the argument behind it: `--bail scenarios/`.
  await program.parseAsync(process.argv.map((one) => (one === '--bail' ? '--bail=1' : one)))
} catch (error) {
  process.exitCode = codeOf(error)
}

// All that was opened is closed by now; whoever does not answer, as an engine that hangs, is not waited for.
setTimeout(() => process.exit(), LINGER_MS).unref()

/** Says what went wrong, unless that was said already. */
function codeOf(error: unknown): number {
  // commander has printed it: its own mistakes of the command line, and the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.passed : exit.usage
  const { name, message } = error as Error
  if (error instanceof Failure) return said(message, error.code)
  // By name, as their modules are loaded only for the commands that need them.
  if (name === 'BrokenFile' || name === 'BadSelection' || name === 'Unusable')
    return said(message, exit.usage)
  if (name === 'StageBroken' || name === 'FolderTaken') return said(message, exit.broke)
  if (name === 'Interrupted') return said('Interrupted.', exit.interrupted)
  if (process.argv.some((one) => one === '-v' || one === '--verbose')) console.error(error)
  return said(`Internal error, please report it: ${message} (-v shows where)`, exit.broke)
}

function said(text: string, code: number): number {
  process.stderr.write(`${text}\n`)
  return code
}
