/** Entry of a worker process: runs the cases that it is sent, and ends when its parent closes the channel. */
import { actorOf } from '../../actors/registry.ts'
import { KeyPool } from '../../certs/keys.ts'
import type { TlsRoot } from '../../certs/tls.ts'
import type { Spec } from '../../spec/types.ts'
import type { PlanCase } from '../plan/plan.ts'
import { runCase } from './case.ts'
import type { DockerRun } from './docker/engine.ts'
import type { RunEvent } from './events.ts'
import type { RunKit } from './kit.ts'

export interface WorkerInit {
  versions: Spec['versions']
  tlsRoot: TlsRoot
  folder: string
  docker?: DockerRun
  manage?: string
}

export type ToWorker = { init: WorkerInit } | { run: PlanCase } | { interrupt: true }

export type FromWorker = { ready: true } | { event: RunEvent }

const interrupt = new AbortController()
const tell = (message: FromWorker) => void process.send?.(message)
let kit: RunKit | undefined

process.on('message', (message: ToWorker) => {
  if ('init' in message) {
    const { versions, tlsRoot, folder, docker, manage } = message.init
    kit = {
      actorOf,
      versions,
      tlsRoot,
      folder,
      docker,
      keys: new KeyPool(),
      manage: manage === undefined ? undefined : new URL(manage),
    }
    tell({ ready: true })
  } else if ('run' in message && kit) {
    // Its last event, case-ended, carries what came of it.
    void runCase(message.run, kit, (event) => tell({ event }), interrupt.signal)
  } else if ('interrupt' in message) {
    interrupt.abort()
  }
})
// The parent closed the channel, or died. Actors in processes of their own end with the pipe to this one.
process.on('disconnect', () => process.exit(0))
