/** What the cases of one process share. */
import type { Actor } from '../../actors/actor.ts'
import type { Store } from '../../actors/store.ts'
import type { KeyPool } from '../../certs/keys.ts'
import type { TlsRoot } from '../../certs/tls.ts'
import type { Spec } from '../../spec/types.ts'
import type { DockerRun } from './docker/engine.ts'
import type { CommonHost } from './serving.ts'

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
  /** Where all of them serve; each at a name of its own on loopback when left out. */
  host?: CommonHost | undefined
  /** What outlives the process, theirs and the stage's: absent where every start begins anew. */
  state?: Store | undefined
  /** From 2 on with such a state: how often they are started with it. */
  life?: number | undefined
  /** Program of place `process`; our own when left out. */
  manage?: URL | undefined
}
