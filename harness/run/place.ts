/** Where one actor runs. Each place opens its own listener and keeps what its actor recorded until it is taken. */
import type { Context, StartedActor } from '../../actors/actor.ts'
import type { Observed } from '../../wire/hop.ts'
import type { JsonObject } from '../../wire/json.ts'

export interface Place {
  /** Port of the actor's listener; 0 when it serves nothing. */
  port: number
  start(context: Context, w: JsonObject): Promise<StartedActor>
  /** The halves recorded since the last call, in the order in which they were recorded. */
  take(): Promise<Observed[]>
  /** Stops the actor and closes the listener, whether it was used or not. Does not throw. */
  stop(): Promise<void>
  /** After stop() and a last take(): ends what the place itself needed. Does not throw. */
  close(): Promise<void>
}
