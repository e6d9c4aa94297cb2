/** What belongs to the piece of work under way: an inbound request being handled, or an action. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Fired, HopId } from '../wire/hop.ts'

export interface Exchange {
  /** The inbound hop being handled; absent in an action. */
  hop?: HopId
  /** Trace id of W3C Trace Context: 32 hexadecimal digits, shared by everything that one action causes. */
  trace: string
  /** Faults that fired and are not yet attached to a hop. */
  fired: Fired[]
  /** Ends the connection of the inbound hop instead of answering; absent in an action. */
  hangUp?: () => void
  /** Ends every call that is made meanwhile. */
  signal?: AbortSignal
}

/** Survives body parsing, timers and parallel requests. */
export const exchange = new AsyncLocalStorage<Exchange>()
