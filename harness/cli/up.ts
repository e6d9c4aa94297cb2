/** `up`: starts the actors of a scenario and leaves them running until Ctrl-C. */
import { once } from 'node:events'
import type { Command } from 'commander'
import { type PlanCase, type Up, up } from '../testbed.ts'
import { checkWritable } from './files.ts'
import { onInterrupt } from './interrupt.ts'
import { planned } from './planned.ts'
import { type SelectionFlags, selecting } from './selection.ts'

interface Flags extends SelectionFlags {
  outputDir: string
}

export function addUp(program: Command): void {
  const command = program
    .command('up')
    .description("start a scenario's actors and leave them running")
    .argument('<scenario>', 'its first case is taken')
    .option('--output-dir <folder>', 'where the TLS root certificate goes', 'out')
  selecting(command).action(async (path: string, flags: Flags) => {
    const plan = await planned([path], flags)
    checkWritable(flags.outputDir)
    await stay(plan.cases[0]!, flags.outputDir)
  })
}

/** Ctrl-C is how it is meant to end. @throws StageBroken when an actor ends before */
async function stay(planCase: PlanCase, folder: string): Promise<void> {
  const interrupt = onInterrupt()
  const { signal } = interrupt
  try {
    const open = await up(planCase, { folder, signal })
    try {
      process.stdout.write(banner(planCase.name, open))
      if (!signal.aborted) await Promise.race([once(signal, 'abort'), open.gone])
    } finally {
      process.stdout.write('\nStopping.\n')
      await open.close()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    interrupt.off()
  }
}

function banner(name: string, { actors, tlsRootFile }: Up): string {
  const lines = [
    'TEST SYSTEM: throw-away keys and certificates, made-up data. Never put real data into it.',
    '',
    name,
    '',
  ]
  const names = Object.values(actors).flatMap(({ endpoints }) => Object.keys(endpoints))
  const width = Math.max(0, ...names.map(({ length }) => length))
  for (const [actor, { kind, url, endpoints, facts }] of Object.entries(actors)) {
    // Whoever sits at the browser signs in for them.
    const first = kind === 'user' ? `signs in as ${facts.username} with the password ${facts.password}` : url
    lines.push(`${actor}  ${kind}`, `  ${first}`)
    for (const [endpoint, at] of Object.entries(endpoints)) lines.push(`  ${endpoint.padEnd(width)}  ${at}`)
    lines.push('')
  }
  lines.push(`TLS root  ${tlsRootFile}`)
  const metadata = Object.values(actors)
    .flatMap(({ endpoints }) => Object.values(endpoints))
    .find(isUdapMetadata)
  if (metadata) lines.push('', 'Try:', `  curl --cacert ${shellWord(tlsRootFile)} ${metadata}`)
  lines.push('', 'Ctrl-C stops it.', '')
  return lines.join('\n')
}

const isUdapMetadata = (url: string): boolean => new URL(url).pathname.endsWith('/.well-known/udap')

const shellWord = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
