/** Where one actor runs. Each place opens its own listener and keeps what its actor recorded until it is taken. */
import type { Context, StartedActor } from '../../../actors/actor.ts'
import type { Observed } from '../../../wire/hop.ts'
import type { JsonObject } from '../../../wire/json.ts'

/** Where an actor's own listener shall be. */
export interface Listening {
  /** Loopback when left out. */
  address?: string
  /** Any free one when left out. */
  port?: number
  /** A second address, where containers reach this host. */
  also?: string
}

export interface Place {
  /** Port of the actor's listener; 0 when it serves nothing. */
  port: number
  /** So long it may take to start; a few seconds when absent. */
  startMs?: number
  start(context: Context, w: JsonObject): Promise<StartedActor>
  /** The halves recorded since the last call, in the order in which they were recorded. */
  take(): Promise<Observed[]>
  /** Is told of each half when it is recorded; absent where that is known when it is asked for. */
  onRecord?(listener: () => void): void
  /** What its server shows from now on; absent where that cannot be changed. */
  setTls?(certificate: { chain: string; key: string }): void
  /** Takes no more connections; those that are open go on. Absent where that cannot be said. */
  drain?(): void
  /** Stops the actor and closes the listener, whether it was used or not. Does not throw. */
  stop(): Promise<void>
  /** After stop() and a last take(): ends what the place itself needed. Does not throw. */
  close(): Promise<void>
  /** Rejects with StageBroken when the actor's own process ends by itself; absent where it has none. */
  gone?(): Promise<never>
  /** Ends the actor at once, as a crash would: what it knew and had recorded is lost. Absent where we cannot. */
  kill?(): Promise<void>
  /** After kill(): the process runs again and listens where it did; start() is next. */
  revive?(): Promise<void>
  /** Id of the container that it runs in now, if it is in one of ours. */
  container?(): string | undefined
}
