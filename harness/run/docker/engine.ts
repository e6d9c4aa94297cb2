/**
 * The Docker engine, and what a run has in it: one network, and containers that carry the run's labels. Whatever
 * a run that was killed has left behind, the next one removes.
 */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import Dockerode from 'dockerode'
import { openServer } from '../../../actors/listen.ts'
import { messageOf, StageBroken } from '../stage-broken.ts'

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
const OWNER = 'udap-testbed.owner'

/** The engine that testcontainers finds: by DOCKER_HOST, the context or the usual sockets. @throws StageBroken */
export async function engine(): Promise<Dockerode> {
  const { getContainerRuntimeClient } = await import('testcontainers')
  try {
    const { network } = await getContainerRuntimeClient()
    // testcontainers lists neither what has stopped nor networks: its connection, the whole API.
    const docker = new Dockerode()
    docker.modem = network.getById('none').modem
    return docker
  } catch (error) {
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
 * @throws StageBroken
 */
export async function openDocker(image: string, isNeeded: boolean): Promise<DockerRun> {
  const docker = await engine()
  await removeLeftovers(docker)
  if (isNeeded) await findImage(docker, image)
  const network = `udap-testbed-${randomBytes(4).toString('hex')}`
  const labels = { [LABEL]: network, [OWNER]: `${hostname()} ${process.pid}` }
  try {
    await docker.createNetwork({
      Name: network,
      Labels: labels,
      // Ports are published on loopback only.
      Options: { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' },
    })
  } catch (error) {
    throw new StageBroken(`Docker made no network for the run: ${messageOf(error)}`, undefined, error)
  }
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
export async function closeDocker({ network }: DockerRun): Promise<void> {
  const docker = await engine().catch(() => undefined)
  if (docker) await remove(docker, `${LABEL}=${network}`)
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
  const dead = new Set(
    labelled.filter((labels) => !lives(labels[OWNER] ?? '')).map((labels) => labels[LABEL] ?? ''),
  )
  await Promise.all([...dead].map((run) => remove(docker, `${LABEL}=${run}`)))
}

/** Of a run on another machine that shares the engine nothing can be said: it is left alone. */
function lives(owner: string): boolean {
  const [machine, pid] = owner.split(' ')
  if (machine !== hostname()) return true
  try {
    return process.kill(Number(pid), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
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
