/**
 * The Docker engine, and what a run has in it: one network, and containers that carry the run's labels. Whatever
 * a run that was killed has left behind, the next one removes.
 */
import { randomBytes } from 'node:crypto'
import Dockerode from 'dockerode'
import { openServer } from '../../../actors/listen.ts'
import { bounded, Interrupted } from '../bounded.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'
import { ownerLabels, ownerLives } from './owner.ts'

/** Plain JSON: a worker process gets it as it is. */
export interface DockerRun {
  /** Name of the network, the same as the run's label. */
  network: string
  /** Of the image of our own actors. */
  image: string
  labels: Record<string, string>
  /** Where the containers reach who listens on this host. */
  host: string
  /** The address of this host in the network; absent where the engine hands on to loopback by itself. */
  gateway?: string
}

const LABEL = 'udap-testbed.run'
/** Until an engine has said that it is there. */
const ANSWER_MS = 30_000
/** For leftovers and the network of a run, or for all that it has: a busy engine takes seconds for each. */
const PREPARE_MS = 120_000
const UNDO_MS = 15_000
const CLOSE_MS = 60_000

/** The engine that testcontainers finds: by DOCKER_HOST, the context or the usual sockets. @throws StageBroken */
export async function engine(signal?: AbortSignal): Promise<Dockerode> {
  const { getContainerRuntimeClient } = await import('testcontainers')
  try {
    const silent = () => new Error('silent')
    const { network } = await bounded(getContainerRuntimeClient(), ANSWER_MS, silent, signal)
    // testcontainers lists neither what has stopped nor networks: its connection, the whole API.
    const docker = new Dockerode()
    docker.modem = network.getById('none').modem
    return docker
  } catch (error) {
    if (error instanceof Interrupted) throw error
    const where = process.env.DOCKER_HOST ? ` at DOCKER_HOST=${process.env.DOCKER_HOST}` : ''
    throw new StageBroken(
      `No Docker engine answers${where}, and actors in containers need one. Start Docker, or use --place process.`,
      undefined,
      error,
    )
  }
}

/**
 * Removes leftovers, and makes the network of a run.
 *
 * @param image of our own actors
 * @param isNeeded has any of them a container?
 * @throws StageBroken, Interrupted
 */
export async function openDocker(
  image: string,
  isNeeded: boolean,
  signal: AbortSignal | undefined,
): Promise<DockerRun> {
  const docker = await engine(signal)
  const network = `udap-testbed-${randomBytes(4).toString('hex')}`
  const late = () => new Error(`it did not within ${PREPARE_MS / 1000} s`)
  const prepared = prepare(docker, network, image, isNeeded)
  try {
    return await bounded(prepared, PREPARE_MS, late, signal)
  } catch (error) {
    // What it has begun cannot be broken off, and may come about yet.
    const undone = prepared.catch(() => {}).then(() => closeDocker({ network }))
    await bounded(undone, UNDO_MS, () => new Error('late')).catch(() => {})
    if (error instanceof StageBroken || error instanceof Interrupted) throw error
    const why = messageOf(error)
    throw new StageBroken(`The Docker engine could not be made ready for the run: ${why}`, undefined, error)
  }
}

async function prepare(
  docker: Dockerode,
  network: string,
  image: string,
  isNeeded: boolean,
): Promise<DockerRun> {
  await removeLeftovers(docker)
  if (isNeeded) await findImage(docker, image)
  const labels = { [LABEL]: network, ...ownerLabels() }
  await docker.createNetwork({
    Name: network,
    Labels: labels,
    // Ports are published on loopback only.
    Options: { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' },
  })
  return { network, image, labels, ...(await hostIn(docker, network)) }
}

async function findImage(docker: Dockerode, image: string): Promise<void> {
  try {
    await docker.getImage(image).inspect()
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error
    throw new StageBroken(
      `The engine has no image ${image}. Make it by \`npm run image\`, or name another one: UDAP_TESTBED_IMAGE.`,
    )
  }
}

/** Removes the run's network with whatever is still in it. Does not throw. */
export async function closeDocker({ network }: Pick<DockerRun, 'network'>): Promise<void> {
  const removed = async () => remove(await engine(), `${LABEL}=${network}`)
  // Of an engine that is gone or says no more the next run removes it.
  await bounded(removed(), CLOSE_MS, () => new Error('late')).catch(() => {})
}

/** A Linux host has an address in the network. Where the engine runs in a machine of its own it has none. */
async function hostIn(docker: Dockerode, network: string): Promise<Pick<DockerRun, 'host' | 'gateway'>> {
  const { IPAM } = await docker.getNetwork(network).inspect()
  const gateway: string | undefined = IPAM?.Config?.[0]?.Gateway
  if (gateway !== undefined) {
    const open = await openServer('http', { address: gateway }).catch(() => undefined)
    await open?.close()
    if (open) return { host: gateway, gateway }
  }
  return { host: 'host.docker.internal' }
}

async function removeLeftovers(docker: Dockerode): Promise<void> {
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters: { label: [LABEL] } }),
    docker.listNetworks({ filters: { label: [LABEL] } }),
  ])
  const labelled = [...containers, ...networks].map(({ Labels }) => Labels ?? {})
  const dead = new Set(labelled.filter((labels) => !ownerLives(labels)).map((labels) => labels[LABEL] ?? ''))
  await Promise.all([...dead].map((run) => remove(docker, `${LABEL}=${run}`)))
}

async function remove(docker: Dockerode, label: string): Promise<void> {
  const filters = { label: [label] }
  const gone = () => {}
  const containers = await docker.listContainers({ all: true, filters }).catch(() => [])
  await Promise.all(
    containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(gone)),
  )
  const networks = await docker.listNetworks({ filters }).catch(() => [])
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove().catch(gone)))
}
