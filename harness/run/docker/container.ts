/** One container in the network of the run, as testcontainers starts it. */
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type Dockerode from 'dockerode'
import { GenericContainer, getContainerRuntimeClient, Wait, type WaitStrategy } from 'testcontainers'
import { bounded } from '../bounded.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'
import type { DockerRun } from './engine.ts'

export interface ContainerOptions {
  /** For messages. */
  actor: string
  image: string
  /** Names by which the others in the network reach it. */
  aliases: string[]
  command?: string[]
  env: Record<string, string>
  /** Published on loopback: inside to outside, any free one outside when that is 0; and at another address, too. */
  ports: { inside: number; outside: number; also?: string | undefined }[]
  /** Host name to address, for what it does not find by its network. */
  hosts?: Record<string, string>
  /** Put into it before it starts, readable for whoever it runs as. */
  files?: { path: string; content: string | Buffer }[]
  /** What it writes goes there; nowhere when left out. */
  logFile?: string | undefined
  /** Nothing but what an actor of ours needs: no capability, nothing written but below /tmp. */
  locked: boolean
  /** A text that is waited for in what it writes. */
  awaited?: string | undefined
  /** Its start, when left out. */
  ready?: WaitStrategy
  readyMs?: number
}

export interface StartedContainer {
  id: string
  /** The port outside. */
  portOf(inside: number): number
  /** Rejects with StageBroken when it ends by itself. */
  gone: Promise<never>
  /** Resolves when it has written the text that was awaited. */
  wrote: Promise<void>
  /** The end of what it has written, as a sentence; empty when that is nothing. */
  said(): string
  /** Does not throw. */
  remove(): Promise<void>
}

/** Until it is made and runs, which waits for others. */
export const CREATE_MS = 120_000
const REMOVE_MS = 30_000
/** Of what it writes, so much is kept for the message about its end. */
const LOG_KEPT = 2_000
/** A log is evidence, not a store. */
const LOG_MAX = 4 * 1024 * 1024
/** Of the last words of one that has ended. */
const END_MS = 2_000

/** testcontainers joins the default network, too, when it is told aliases; this one is in the run's network only. */
class OneNetworkContainer extends GenericContainer {
  /** From its creation. */
  handle: Dockerode.Container | undefined
  readonly #exit = Promise.withResolvers<number>()
  /** The code with which it ended. */
  readonly exit: Promise<number> = this.#exit.promise

  inNetwork({ network, labels }: DockerRun, aliases: string[], hosts: Record<string, string>): this {
    this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: { Aliases: aliases } } }
    const known = { 'host.docker.internal': 'host-gateway', ...hosts }
    this.hostConfig.ExtraHosts = Object.entries(known).map(([name, address]) => `${name}:${address}`)
    return this.withNetworkMode(network).withLabels(labels)
  }

  publishAt(address: string, inside: number, outside: number): this {
    this.hostConfig.PortBindings?.[`${inside}/tcp`]?.push({ HostIp: address, HostPort: String(outside) })
    return this
  }

  lock(): this {
    this.hostConfig.ReadonlyRootfs = true
    return this.withDroppedCapabilities('ALL')
      .withSecurityOpt('no-new-privileges')
      .withTmpFs({ '/tmp': 'rw,noexec,nosuid,size=64m' })
  }

  /** Asked before it starts, so that one that ends at once is noticed, too. */
  protected override async containerCreated(id: string): Promise<void> {
    const client = await getContainerRuntimeClient()
    this.handle = client.container.getById(id)
    this.handle.wait({ condition: 'next-exit' }).then(
      ({ StatusCode }: { StatusCode: number }) => this.#exit.resolve(StatusCode),
      (error: unknown) => this.#exit.reject(error),
    )
  }
}

/** @throws StageBroken */
export async function startContainer(run: DockerRun, options: ContainerOptions): Promise<StartedContainer> {
  const {
    actor,
    image,
    aliases,
    command,
    env,
    ports,
    hosts = {},
    files = [],
    locked,
    ready,
    readyMs,
  } = options
  const log = logOf(options.logFile, options.awaited)
  const container = new OneNetworkContainer(image)
    .inNetwork(run, aliases, hosts)
    .withEnvironment(env)
    .withCopyContentToContainer(files.map(({ path, content }) => ({ target: path, content, mode: 0o644 })))
    .withExposedPorts(
      ...ports.map(({ inside, outside }) => (outside === 0 ? inside : { container: inside, host: outside })),
    )
    .withLogConsumer((stream) => log.read(stream))
    .withWaitStrategy(ready ?? Wait.forAll([]))
    // We clean up ourselves, by labels and leases, and need no second image for it.
    .withAutoCleanup(false)
  if (readyMs !== undefined) container.withStartupTimeout(readyMs)
  for (const { inside, outside, also } of ports) if (also) container.publishAt(also, inside, outside)
  if (command) container.withCommand(command)
  if (locked) container.lock()
  const gone = container.exit.then(
    async (code): Promise<never> => {
      await log.end(container.handle)
      throw new StageBroken(`The container of actor "${actor}" ended with code ${code}.${log.said()}`, actor)
    },
    (error: unknown): never => {
      throw new StageBroken(`The container of actor "${actor}" is lost: ${messageOf(error)}`, actor)
    },
  )
  gone.catch(() => {})
  const remove = async () => {
    const removed = container.handle?.remove({ force: true, v: true }) ?? Promise.resolve()
    // The end of the run removes it, too, and the next one.
    await bounded(removed, REMOVE_MS, () => new Error('late')).catch(() => {})
    await log.close()
  }
  try {
    const late = () => new Error('the engine did not start it in time')
    const starting = bounded(container.start(), CREATE_MS + (readyMs ?? 0), late)
    starting.catch(() => {})
    // testcontainers ends one that does not get ready: then it says why.
    const started = await (ready ? starting : Promise.race([starting, gone]))
    return {
      id: started.getId(),
      portOf: (inside) => started.getMappedPort(inside),
      gone,
      wrote: log.wrote,
      said: log.said,
      remove,
    }
  } catch (error) {
    await remove()
    if (error instanceof StageBroken) throw error
    const message = messageOf(error)
    const why = message.startsWith('Log stream ended') ? 'it ended before it was ready.' : `${message}.`
    throw new StageBroken(
      `The container of actor "${actor}" (${image}) did not start: ${why}${log.said()}`,
      actor,
      error,
    )
  }
}

/** What a container writes: into a file, and its end into messages. */
function logOf(file: string | undefined, awaited: string | undefined) {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const out = file === undefined ? undefined : createWriteStream(file, { flags: 'a', mode: 0o600 })
  // A full disk fails the run at its trace.
  out?.on('error', () => {})
  let kept = ''
  let bytes = 0
  let whole: Promise<void> | undefined
  const { promise: wrote, resolve: found } = Promise.withResolvers<void>()
  const read = (stream: Readable) => {
    whole = finished(stream).catch(() => {})
    stream
      .on('error', () => {})
      .on('data', (chunk: Buffer | string) => {
        const text = String(chunk)
        if (awaited !== undefined && (kept + text).includes(awaited)) found()
        kept = (kept + text).slice(-LOG_KEPT)
        bytes += text.length
        if (bytes <= LOG_MAX) out?.write(text)
      })
  }
  return {
    read,
    wrote,
    /** Reads to the end what one has written that has ended. Does not throw. */
    end: async (handle: Dockerode.Container | undefined) => {
      const rest = async () => {
        const client = await getContainerRuntimeClient()
        if (!whole && handle) read(await client.container.logs(handle))
        await whole
      }
      await bounded(rest(), END_MS, () => new Error('late')).catch(() => {})
    },
    said: () => (kept.trim() === '' ? '' : ` It wrote: ${kept.trim()}`),
    close: () => new Promise<void>((resolve) => (out ? out.end(resolve) : resolve())),
  }
}
