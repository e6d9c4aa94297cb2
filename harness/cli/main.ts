/** The command line. One file a command; here is what they share: how a command ends. */
import { Command, CommanderError } from 'commander'
import { version } from '../testbed.ts'
import { exit, Failure } from './exit.ts'
import { addExplain } from './explain.ts'
import { addInit } from './init.ts'
import { addJudge } from './judge.ts'
import { addList } from './list.ts'
import { addProve } from './prove.ts'
import { addRun } from './run.ts'
import { addUp } from './up.ts'
import { addValidate } from './validate.ts'

const program = new Command('udap-testbed')
  .description(
    'Simulates all parties of the HL7 FAST Security (UDAP) guide, records every hop and judges it.',
  )
  .version(version)
  .showHelpAfterError('(--help shows what there is)')
  .exitOverride()
for (const add of [addRun, addList, addValidate, addUp, addJudge, addProve, addExplain, addInit]) add(program)

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

/** Says what went wrong, unless that was said already. */
function codeOf(error: unknown): number {
  // commander has printed it: its own mistakes of the command line, and the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.passed : exit.usage
  const { name, message } = error as Error
  if (error instanceof Failure) return said(message, error.code)
  // By name, as their modules are loaded only for the commands that need them.
  if (name === 'BrokenFile' || name === 'BadSelection') return said(message, exit.usage)
  if (name === 'StageBroken') return said(message, exit.broke)
  if (name === 'Interrupted') return said('Interrupted.', exit.interrupted)
  if (process.argv.some((one) => one === '-v' || one === '--verbose')) console.error(error)
  return said(`Internal error, please report it: ${message} (-v shows where)`, exit.broke)
}

function said(text: string, code: number): number {
  process.stderr.write(`${text}\n`)
  return code
}
