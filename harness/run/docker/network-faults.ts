/**
 * Faults of the network between actors in containers, made from outside: a short-lived container of ours joins the
 * network namespace of an actor's container and tells tc what happens to packets to each of the others. What an
 * actor sends is disturbed; what it gets is what another one sends.
 */
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { all, bounded } from '../bounded.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'
import { type DockerRun, engine } from './engine.ts'

/** Of the packets from one actor to another one. */
export interface Conditions {
  delayMs?: number
  jitterMs?: number
  /** Percent. */
  loss?: number
  /** As tc writes it, for example 1mbit. */
  rate?: string
  /** None gets through. */
  cut?: boolean
}

/** A busy machine starts a container in its own time. */
const TC_MS = 60_000

/** Of a path that is only delayed: more than any network here does. */
const UNLIMITED = '10gbit'

/**
 * The commands that disturb the paths to these addresses, for an interface that has none of it yet: a class each,
 * found by the address that a packet goes to. Whatever goes elsewhere, as to the harness, passes as before.
 */
export function tcCommands(paths: { address: string; conditions: Conditions }[]): string[] {
  if (paths.length === 0) return []
  return [
    'tc qdisc add dev eth0 root handle 1: htb',
    ...paths.flatMap(({ address, conditions }, i) => {
      const id = `1:${(i + 1).toString(16)}`
      const rest = discipline(conditions)
      return [
        // Without quantum the kernel warns of what it finds too big or too small.
        `tc class add dev eth0 parent 1: classid ${id} htb rate ${conditions.rate ?? UNLIMITED} quantum 60000`,
        ...(rest === undefined ? [] : [`tc qdisc add dev eth0 parent ${id} ${rest}`]),
        `tc filter add dev eth0 parent 1: protocol ip u32 match ip dst ${address}/32 flowid ${id}`,
      ]
    }),
  ]
}

const UNDISTURBED = 'tc qdisc del dev eth0 root'

function discipline({ delayMs, jitterMs, loss, cut }: Conditions): string | undefined {
  // Lost without a word, as on a line that is cut: a route that goes nowhere would tell the sender at once.
  if (cut) return 'blackhole'
  if (!needsNetem({ delayMs, loss })) return undefined
  const delay = delayMs === undefined ? '' : ` delay ${delayMs}ms`
  const jitter = jitterMs === undefined ? '' : ` ${jitterMs}ms`
  return `netem${delay}${jitter}${loss === undefined ? '' : ` loss ${loss}%`}`
}

const needsNetem = ({ delayMs, loss }: { delayMs?: number | undefined; loss?: number | undefined }) =>
  delayMs !== undefined || loss !== undefined

/** What is in force between the containers of one case. */
export class NetworkFaults {
  readonly #run: DockerRun
  readonly #containers: () => Map<string, string>
  readonly #signal: AbortSignal | undefined
  /** From whom, to whom. */
  readonly #paths = new Map<string, Map<string, Conditions>>()
  /** Container to what it has been told. */
  readonly #told = new Map<string, string>()

  /** @param containers ids of those that run now, by the names of their actors */
  constructor(run: DockerRun, containers: () => Map<string, string>, signal: AbortSignal | undefined) {
    this.#run = run
    this.#containers = containers
    this.#signal = signal
  }

  /** From now on, instead of what was in force on these paths. A cut holds in both directions, as does its end. */
  async set(from: string, others: string[], conditions: Conditions): Promise<void> {
    for (const to of others) {
      const wasCut = this.#pathsFrom(from).get(to)?.cut
      this.#put(from, to, conditions)
      if (conditions.cut || wasCut) this.#put(to, from, conditions.cut ? conditions : {})
    }
    await this.enforce()
  }

  /** Also for containers that were started since: they have a new address, and no faults. @throws StageBroken */
  async enforce(): Promise<void> {
    const containers = this.#containers()
    const addresses = new Map(
      await all([...containers].map(async ([name, id]) => [name, await this.#addressOf(name, id)] as const)),
    )
    await all(
      [...containers].map(async ([name, id]) => {
        const paths = [...this.#pathsFrom(name)].flatMap(([to, conditions]) => {
          const address = addresses.get(to)
          return address === undefined ? [] : [{ address, conditions }]
        })
        const commands = tcCommands(paths)
        const told = this.#told.get(id) ?? ''
        if (commands.join('\n') === told) return
        await this.#tell(name, id, told === '' ? commands : [UNDISTURBED, ...commands])
        this.#told.set(id, commands.join('\n'))
      }),
    )
  }

  #pathsFrom(name: string): Map<string, Conditions> {
    return this.#paths.get(name) ?? new Map()
  }

  #put(from: string, to: string, conditions: Conditions): void {
    const paths = this.#pathsFrom(from)
    if (Object.keys(conditions).length === 0) paths.delete(to)
    else paths.set(to, conditions)
    this.#paths.set(from, paths)
  }

  async #addressOf(name: string, id: string): Promise<string> {
    const inspected = engine().then((docker) => docker.getContainer(id).inspect())
    const { NetworkSettings } = await this.#inTime(name, inspected)
    return NetworkSettings.Networks[this.#run.network]?.IPAddress ?? ''
  }

  #inTime<T>(name: string, work: Promise<T>): Promise<T> {
    const late = () =>
      new StageBroken(`The network of actor "${name}" was not changed within ${TC_MS / 1000} s.`, name)
    return bounded(work, TC_MS, late, this.#signal)
  }

  async #tell(name: string, id: string, commands: string[]): Promise<void> {
    const { code, said } = await this.#inTime(name, this.#inNetworkOf(id, commands))
    if (code === 0) return
    if (/qdisc kind is unknown/.test(said) && commands.some((command) => command.includes(' netem')))
      throw new StageBroken(
        `The packets of actor "${name}" cannot be delayed or lost: the kernel of the Docker engine has no netem (module sch_netem). rate and cut work without it.`,
        name,
      )
    throw new StageBroken(`The network of actor "${name}" could not be changed: ${said}`, name)
  }

  async #inNetworkOf(id: string, commands: string[]): Promise<{ code: number; said: string }> {
    const out = new PassThrough()
    const said = text(out)
    said.catch(() => {})
    try {
      const docker = await engine()
      const [{ StatusCode: code }, container] = await docker.run(
        this.#run.image,
        [commands.join('\n')],
        out,
        {
          Entrypoint: ['/bin/sh', '-ec'],
          User: '0',
          // One stream of plain text instead of two in frames.
          Tty: true,
          Labels: this.#run.labels,
          HostConfig: {
            NetworkMode: `container:${id}`,
            CapDrop: ['ALL'],
            CapAdd: ['NET_ADMIN'],
            SecurityOpt: ['no-new-privileges'],
            ReadonlyRootfs: true,
          },
        },
      )
      await container.remove({ force: true })
      out.end()
      return { code, said: (await said).trim() }
    } catch (error) {
      out.end()
      return { code: 1, said: messageOf(error) }
    }
  }
}
