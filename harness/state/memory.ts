/** A store that ends with the process. */
import type { Store } from '../../actors/store.ts'
import type { Json } from '../../wire/json.ts'

export function memoryStore(): Store {
  const values = new Map<string, Json>()
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      values.delete(key)
      values.set(key, value)
    },
    delete: (key) => void values.delete(key),
    entries: (prefix) => [...values].filter(([key]) => key.startsWith(prefix)),
    together: (run) => run(),
  }
}
