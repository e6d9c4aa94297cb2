/** `actor`: one actor behind its management port, for whoever drives it from elsewhere; what a container runs. */
import { type Command, InvalidArgumentError } from 'commander'
import { manage } from '../../actors/management.ts'
import { actorOf, kinds } from '../../actors/registry.ts'
import { tokenFrom } from '../../actors/token.ts'
import { suggest } from '../plan/suggest.ts'
import { version } from '../version.ts'
import { exit, Failure } from './exit.ts'

interface Flags {
  address: string
  port: number
}

export function addActor(program: Command): void {
  program
    .command('actor')
    .description('serve one actor, driven over its management port by a run elsewhere')
    .argument('<kind>', `one of ${kinds.join(', ')}`)
    .option('--address <ip>', 'where its management port and the actor itself listen', '127.0.0.1')
    .option('--port <n>', 'of its management port; 0 for a free one', portOf, 0)
    .addHelpText(
      'after',
      '\nThe token of the management port is in UDAP_TESTBED_TOKEN, or in the file that UDAP_TESTBED_TOKEN_FILE names.\nIt ends on SIGTERM, and when the run that drives it is gone.',
    )
    .action(serve)
}

async function serve(word: string, { address, port }: Flags): Promise<void> {
  const kind = kinds.find((one) => one === word)
  if (!kind) throw new Failure(exit.usage, `There is no kind of actor "${word}": ${suggest(word, kinds)}`)
  const token = tokenOf(process.env)
  // Everything here is throw-away, so there is nothing to tidy up. The first process of a container ends on no
  // signal that it does not handle.
  const end = () => process.exit(exit.passed)
  process.on('SIGTERM', end).on('SIGINT', end)
  try {
    // Whoever finds the port open starts the actor, and its modules take longer to load than all else.
    await actorOf(kind)
    const open = await manage({ token, address, port, kind, version, leaseEnded: end })
    process.stdout.write(`${JSON.stringify({ port: open.port })}\n`)
  } catch (error) {
    throw new Failure(exit.broke, `The management port cannot be opened: ${(error as Error).message}`)
  }
  // It serves until one of these ends it.
  await new Promise<never>(() => {})
}

function tokenOf(env: NodeJS.ProcessEnv): string {
  try {
    return tokenFrom(env)
  } catch (error) {
    throw new Failure(exit.usage, (error as Error).message)
  }
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return Number(text)
}
