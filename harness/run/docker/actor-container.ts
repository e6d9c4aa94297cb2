/** Place `container`: an actor of ours in a container of its own, driven over its management port. */
import { randomBytes } from 'node:crypto'
import { Wait } from 'testcontainers'
import { Interrupted } from '../bounded.ts'
import { NoLease, takeLease } from '../places/lease.ts'
import type { Running } from '../places/management.ts'
import { StageBroken } from '../stage-broken.ts'
import { startContainer } from './container.ts'
import type { DockerRun } from './engine.ts'
import { inTurn } from './turns.ts'

/** From the start of the container. */
const BOOT_MS = 60_000
const MANAGEMENT_PORT = 7000

export interface ActorContainer {
  run: DockerRun
  name: string
  kind: string
  aliases: string[]
  /** Of its own listener, the same inside and outside; absent when it serves nothing. */
  port?: number
  logFile?: string | undefined
  signal?: AbortSignal | undefined
}

/** @throws StageBroken, Interrupted */
export async function launchContainer(wanted: ActorContainer): Promise<Running> {
  const { run, name, kind, aliases, port, logFile, signal } = wanted
  const token = randomBytes(32).toString('hex')
  const start = () =>
    startContainer(run, {
      actor: name,
      image: run.image,
      aliases,
      command: ['actor', kind, '--address', '0.0.0.0', '--port', String(MANAGEMENT_PORT)],
      env: { UDAP_TESTBED_TOKEN: token },
      ports: [
        { inside: MANAGEMENT_PORT, outside: 0 },
        ...(port === undefined ? [] : [{ inside: port, outside: port }]),
      ],
      logFile,
      locked: true,
      ready: Wait.forLogMessage(/"port":/),
      readyMs: BOOT_MS,
    })
  // A start cannot be broken off: what it would leave behind nobody removed.
  const container = await inTurn(start, signal)
  const origin = `http://127.0.0.1:${container.portOf(MANAGEMENT_PORT)}`
  const ended = new AbortController()
  const stops = [AbortSignal.timeout(BOOT_MS), ended.signal, ...(signal ? [signal] : [])]
  try {
    const lease = takeLease(origin, token, AbortSignal.any(stops))
    lease.catch(() => {})
    const { release } = await Promise.race([lease, container.gone])
    // By SIGKILL.
    const end = async () => {
      await container.remove()
      release()
    }
    return { origin, token, gone: container.gone, kill: end, end, container: container.id }
  } catch (error) {
    ended.abort()
    await container.remove()
    if (signal?.aborted) throw new Interrupted()
    if (!(error instanceof NoLease)) throw error
    throw new StageBroken(
      `The container of actor "${name}" does not answer at its management port: ${error.message}.`,
      name,
    )
  }
}
