/** What outlives an actor: small JSON values by key. Absent where nothing does (Host.state). */
import type { Json } from '../wire/json.ts'

/** Keys of the clients that registered at an authorization server begin so: whoever shows them to people reads them. */
export const REGISTERED = 'client'

export interface Store {
  get(key: string): Json | undefined
  /** When it returns the value is there for good, whatever happens to the process. */
  set(key: string, value: Json): void
  delete(key: string): void
  /** All keys that begin so, with their values, in the order in which they were set last. */
  entries(prefix: string): [string, Json][]
  /** What `run` writes is written together: all of it, or after a crash nothing. */
  together(run: () => void): void
}

/** A part of a store: whoever has it sees no other key. */
export function within(store: Store, prefix: string): Store {
  return {
    get: (key) => store.get(prefix + key),
    set: (key, value) => store.set(prefix + key, value),
    delete: (key) => store.delete(prefix + key),
    entries: (start) =>
      store.entries(prefix + start).map(([key, value]) => [key.slice(prefix.length), value]),
    together: (run) => store.together(run),
  }
}
