/** What the cases of one process share. */
import type { Actor } from '../../actors/actor.ts'
import type { KeyPool } from '../../certs/keys.ts'
import type { TlsRoot } from '../../certs/tls.ts'
import type { Spec } from '../../spec/types.ts'
import type { DockerRun } from './docker/engine.ts'

export interface RunKit {
  actorOf(kind: string): Promise<Actor>
  versions: Spec['versions']
  /** Lent to a case, given back at its end. */
  keys: KeyPool
  /** Throw-away root of the run's TLS certificates. */
  tlsRoot: TlsRoot
  /** Where actors keep files, an absolute path; nowhere when left out. */
  folder?: string | undefined
  /** Where containers run; absent when no case has any. */
  docker?: DockerRun | undefined
  /** Program of place `process`; our own when left out. */
  manage?: URL | undefined
}
