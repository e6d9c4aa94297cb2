/** `up`: starts the actors of a scenario and leaves them running until Ctrl-C. */
import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { tokenFrom } from '../../actors/token.ts'
import { painter } from '../report/paint.ts'
import { humanLog, jsonLog, type PlanCase, type Up, type UpPlan, up } from '../testbed.ts'
import { shellWord } from './called.ts'
import { exit, Failure } from './exit.ts'
import { checkWritable } from './files.ts'
import { onInterrupt } from './interrupt.ts'
import { colored } from './output.ts'
import { planned } from './planned.ts'
import { type SelectionFlags, selecting } from './selection.ts'
import { type ServingFlags, served, serving } from './serving.ts'

interface Flags extends SelectionFlags, ServingFlags {
  state?: string
  managePort?: number
  manageAddress: string
  json?: boolean
  color: boolean
  outputDir: string
}

export function addUp(program: Command): void {
  const command = program
    .command('up')
    .description("start a scenario's actors and leave them running")
    .argument('[scenario]', 'its first case is taken; with --state, as it was when left out')
    .option('--state <file>', 'what they know, their keys and ports outlast them in this file')
    .option('--manage-port <n>', 'of the status page; a free one when left out', portOf)
    .option('--manage-address <ip>', 'where the status page listens', '127.0.0.1')
    .option('--json', 'tell what happens in JSON, an object a line')
    .option('--no-color', 'no colours; NO_COLOR=1 does the same')
    .option('--output-dir <folder>', 'where the TLS root certificate goes', 'out')
  serving(selecting(command)).action(async (path: string | undefined, flags: Flags) => {
    if (path === undefined) checkResumed(flags)
    const begins = path === undefined ? undefined : await chosen(path, flags)
    checkWritable(flags.outputDir)
    await stay(begins, flags)
  })
}

async function chosen(path: string, flags: Flags): Promise<UpPlan> {
  const plan = await planned([path], flags, true)
  const [first] = plan.cases
  if (flags.state !== undefined) checkPlaces(first!)
  return served(plan, first!, flags)
}

/** What is known in another process ends with it. */
function checkPlaces({ actors }: PlanCase): void {
  const other = actors.find(({ place }) => place === 'process' || place === 'container' || isElsewhere(place))
  if (!other) return
  throw new Failure(
    exit.usage,
    `--state keeps what actors in this process know, and "${other.name}" has another place: leave its place and --place out, or --state.`,
  )
}

/** It is ours, and runs in no process of this machine that we start. */
const isElsewhere = (place: PlanCase['actors'][number]['place']): boolean =>
  typeof place === 'object' && ('manage' in place || 'image' in place)

/** Only what the state does not say itself. */
function checkResumed({ state, manageAddress, managePort, json, color, outputDir, ...others }: Flags): void {
  if (state === undefined) throw new Failure(exit.usage, 'Name a scenario, or a --state that has one.')
  const [more] = Object.keys(others)
  if (more === undefined) return
  const flag = more.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new Failure(exit.usage, `--${flag} is about a scenario: name that too. Without, all is as it was.`)
}

/** Ctrl-C is how it is meant to end. @throws StageBroken when an actor ends before */
async function stay(begins: UpPlan | undefined, flags: Flags): Promise<void> {
  const { state: stateFile, outputDir: folder, json, managePort: port, manageAddress: address } = flags
  const interrupt = onInterrupt()
  const { signal } = interrupt
  const write = (line: string) => void process.stdout.write(`${line}\n`)
  try {
    const manage = { address, port, token: tokenFor(address) }
    const open = await up(begins, { folder, signal, stateFile, manage })
    const { life, plan } = open.life
    const paint = painter(colored(flags))
    const log = json ? jsonLog(write) : humanLog(write, Object.keys(open.actors), paint)
    try {
      if (!json) process.stdout.write(banner(open))
      open.tell(log)
      const again = life > 1 ? `, start ${life} with this state` : ''
      log.tell({ event: 'started', life, message: `${plan.name}: up${again}.`, ...(json && about(open)) })
      if (!signal.aborted) await Promise.race([once(signal, 'abort'), open.gone])
    } finally {
      log.tell({ event: 'stopping', message: 'Stopping.' })
      await open.close()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    interrupt.off()
  }
}

/** Whoever is on this machine may read it; whoever is not shows a token. @throws Failure when there is none */
function tokenFor(address: string): string | undefined {
  if (/^(127\.[\d.]+|::1)$/.test(address)) return undefined
  try {
    return tokenFrom(process.env)
  } catch (error) {
    throw new Failure(exit.usage, `--manage-address ${address}: ${(error as Error).message}`)
  }
}

const about = ({ actors, tlsRootFile, managed }: Up) => ({
  actors: Object.fromEntries(Object.entries(actors).map(([name, { kind, url }]) => [name, { kind, url }])),
  tlsRoot: tlsRootFile,
  status: managed,
})

function banner({ life: { plan }, actors, tlsRootFile, managed }: Up): string {
  const lines = [
    'TEST SYSTEM: throw-away keys and certificates, made-up data. Never put real data into it.',
    '',
    plan.name,
    '',
  ]
  const names = Object.values(actors).flatMap(({ endpoints }) => Object.keys(endpoints))
  const width = Math.max(0, ...names.map(({ length }) => length))
  const isGiven = (actor: string) => plan.actors.some(({ name, password }) => name === actor && password)
  for (const [actor, { kind, url, endpoints, facts }] of Object.entries(actors)) {
    // Whoever sits at the browser signs in for them.
    const first =
      kind === 'user' && !isGiven(actor)
        ? `signs in as ${facts.username} with the password ${facts.password ?? 'as in testbed.yaml'}`
        : url
    lines.push(`${actor}  ${kind}`, `  ${first}`)
    for (const [endpoint, at] of Object.entries(endpoints)) lines.push(`  ${endpoint.padEnd(width)}  ${at}`)
    lines.push('')
  }
  lines.push(`TLS root  ${tlsRootFile}`, `status    ${managed}`)
  const metadata = Object.values(actors)
    .flatMap(({ endpoints }) => Object.values(endpoints))
    .find(isUdapMetadata)
  if (metadata) lines.push('', 'Try:', `  curl --cacert ${shellWord(tlsRootFile)} ${metadata}`)
  lines.push('', 'Ctrl-C stops it.', '', '')
  return lines.join('\n')
}

const isUdapMetadata = (url: string): boolean => new URL(url).pathname.endsWith('/.well-known/udap')

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return Number(text)
}
