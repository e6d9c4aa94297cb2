/**
 * A place that is somebody else's image: it gets its files and its environment, starts, and is ready when it says so.
 * Whoever wants it, container or not, goes by this host, where its port is published: so its base URL is the same from
 * everywhere, two cases may have the same image side by side, and the port inside may be any.
 */
import type { LookupFunction } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { getContainerRuntimeClient, ImageName } from 'testcontainers'
import { Agent, request } from 'undici'
import type { Context, StartedActor } from '../../../actors/actor.ts'
import type { JsonObject } from '../../../wire/json.ts'
import { fill } from '../../plan/expression.ts'
import type { ImagePlace } from '../../plan/plan.ts'
import { bounded, Interrupted } from '../bounded.ts'
import type { Place } from '../places/place.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'
import { CREATE_MS, type StartedContainer, startContainer } from './container.ts'
import type { DockerRun } from './engine.ts'
import { materialOf } from './material.ts'
import { freePort } from './ports.ts'
import { inTurn } from './turns.ts'

export interface ForeignImage {
  run: DockerRun
  name: string
  place: ImagePlace
  logFile?: string | undefined
  signal?: AbortSignal | undefined
}

/** Some are large. */
const PULL_MS = 600_000
/** Between two looks at whether it is ready. */
const AGAIN_MS = 200
const ANSWER_MS = 5_000

/** Gets the image and a port. @throws StageBroken, Interrupted */
export async function openImage({ run, name, place, logFile, signal }: ForeignImage): Promise<Place> {
  await pull(name, place.image, signal)
  const port = await freePort()
  const inside = place.port ?? port
  const stopped = new AbortController()
  let starting: Promise<StartedContainer> | undefined
  let gone: Promise<never> = new Promise(() => {})

  return {
    port,
    startMs: CREATE_MS + place.readyMs,
    start: async (context): Promise<StartedActor> => {
      const { url, addresses } = context
      const scope = scopeOf(context, inside)
      const files = await filesOf(place, context, scope)
      const begin = () =>
        startContainer(run, {
          actor: name,
          image: place.image,
          aliases: [],
          ...(place.command ? { command: place.command.map((word) => text(word, scope)) } : {}),
          env: Object.fromEntries(Object.entries(place.env).map(([key, value]) => [key, text(value, scope)])),
          files,
          ports: [{ inside, outside: port, also: run.gateway }],
          hosts: hostsOf(addresses),
          awaited: 'log' in place.ready ? place.ready.log : undefined,
          logFile,
          locked: false,
        })
      starting = inTurn(begin, stopped.signal)
      const container = await starting
      gone = container.gone
      await untilReady(container, place, context, stopped.signal)
      const refuse = async () => {
        throw new StageBroken(`Actor "${name}" is the image ${place.image}: it takes no orders.`, name)
      }
      return {
        name,
        url,
        facts: {},
        act: refuse,
        arm: refuse,
        disarm: refuse,
        // Whether it still lives.
        settled: () => Promise.race([gone, Promise.resolve()]),
        // Whoever has one with such an actor is not run.
        setClock: async () => {},
        stop: async () => {},
      }
    },
    take: async () => [],
    stop: async () => {
      stopped.abort()
      // A start cannot be broken off: what it would leave behind nobody removed.
      const container = await starting?.catch(() => undefined)
      await container?.remove()
    },
    close: async () => {},
    gone: () => gone,
  }
}

async function pull(name: string, image: string, signal: AbortSignal | undefined): Promise<void> {
  const late = () =>
    new StageBroken(`The image ${image} of actor "${name}" was not there within ${PULL_MS / 1000} s.`, name)
  const client = await getContainerRuntimeClient()
  const wanted = ImageName.fromString(image)
  try {
    const pulled = client.image.pull(wanted).then(() => client.image.exists(wanted))
    if (await bounded(pulled, PULL_MS, late, signal)) return
  } catch (error) {
    if (error instanceof StageBroken || error instanceof Interrupted) throw error
    const why = `the engine has none and could not pull it: ${messageOf(error)}`
    throw new StageBroken(`There is no image ${image} for actor "${name}": ${why}`, name, error)
  }
  throw new StageBroken(`There is no image ${image} for actor "${name}".`, name)
}

/** What its texts may read. The port is the one inside: that of its URL is in its URL. */
function scopeOf({ url, peers }: Context, port: number): JsonObject {
  const { origin, hostname: host } = new URL(url)
  const actors = Object.entries(peers).map(([name, { url, endpoints }]) => [name, { url, endpoints }])
  return { place: { url, origin, host, port }, actors: Object.fromEntries(actors) }
}

function text(value: string, scope: JsonObject): string {
  const filled = fill(value, scope)
  return typeof filled === 'string' ? filled : JSON.stringify(filled)
}

function filesOf({ files }: ImagePlace, context: Context, scope: JsonObject) {
  return Promise.all(
    files.map(async (file) => ({
      path: file.path,
      content:
        'text' in file ? text(file.text, scope) : await materialOf(file.holds, file.password ?? '', context),
    })),
  )
}

/** Who runs on this host has no name in the network; of containers a resolver gets it. */
function hostsOf(addresses: Context['addresses']): Record<string, string> {
  const here = Object.entries(addresses).filter(([, address]) => !address.endsWith('.testbed'))
  return Object.fromEntries(
    here.map(([host, address]) => [host, address === 'host.docker.internal' ? 'host-gateway' : address]),
  )
}

/** @throws StageBroken when it ends, or is not ready in time; Interrupted */
async function untilReady(
  container: StartedContainer,
  { ready, readyMs }: ImagePlace,
  { name, url, tls }: Context,
  stopped: AbortSignal,
): Promise<void> {
  const ended = new AbortController()
  let last = 'log' in ready ? `it did not write "${ready.log}"` : `${url} was not asked`
  const late = () =>
    new StageBroken(
      `Actor "${name}" did not get ready within ${readyMs / 1000} s: ${last}.${container.said()}`,
      name,
    )
  const asked =
    'path' in ready ? { url: new URL(ready.path, url), status: ready.status } : { url: new URL(url) }
  const isReady =
    'log' in ready
      ? container.wrote
      : answers(asked, tls.roots, ended.signal, (said) => {
          last = said
        })
  try {
    await bounded(Promise.race([isReady, container.gone]), readyMs, late, stopped)
  } finally {
    ended.abort()
  }
}

/** Asks until it is answered: as wanted, or at all. A TLS certificate that the case did not issue is no answer. */
async function answers(
  { url, status }: { url: URL; status?: number },
  roots: string[],
  signal: AbortSignal,
  tell: (why: string) => void,
): Promise<void> {
  const agent = new Agent({ connect: { ca: roots, lookup: loopback } })
  while (!signal.aborted) {
    try {
      const options = { dispatcher: agent, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) }
      const { statusCode, body } = await request(url, options)
      await body.dump()
      if (status === undefined || statusCode === status) break
      tell(`${url} answers ${statusCode}`)
    } catch (error) {
      tell(`${url} cannot be read (${messageOf(error)})`)
    }
    await pause(AGAIN_MS, undefined, { signal }).catch(() => {})
  }
  await agent.destroy()
}

/** Where its port is published, whatever this machine's resolver knows of *.localhost. */
const loopback: LookupFunction = (_host, { all }, found) =>
  all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4)
