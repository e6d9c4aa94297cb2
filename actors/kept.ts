/** A map of JSON values that is kept in a store too, where there is one. Full, it forgets what was put in first. */
import type { Store } from './store.ts'

export class Kept<Value extends object | number | string> {
  readonly #values = new Map<string, Value>()
  readonly #store: Store | undefined
  readonly #prefix: string
  readonly #most: number

  /** @param name what its keys begin with in the store; `most` when left out is as many as there are */
  constructor(store: Store | undefined, name: string, most = Number.POSITIVE_INFINITY) {
    this.#store = store
    this.#prefix = `${name}/`
    this.#most = most
    for (const [key, value] of store?.entries(this.#prefix) ?? [])
      this.#values.set(key.slice(this.#prefix.length), value as Value)
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /** In the order in which they were put in last. */
  entries(): IterableIterator<[string, Value]> {
    return this.#values.entries()
  }

  /** Durable when it returns, and only then to be seen: a store that cannot write leaves all as it was. */
  set(key: string, value: Value): void {
    this.#store?.set(this.#prefix + key, value as never)
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= this.#most) return
    const [first] = this.#values.keys()
    if (first !== undefined) this.delete(first)
  }

  /** @returns whether it was there */
  delete(key: string): boolean {
    if (!this.#values.has(key)) return false
    this.#store?.delete(this.#prefix + key)
    return this.#values.delete(key)
  }

  /** Lets go of what is over, from the oldest on, as far as the first that is not. */
  forget(isOver: (value: Value) => boolean): void {
    const over: string[] = []
    for (const [key, value] of this.#values) {
      if (!isOver(value)) break
      over.push(key)
    }
    this.together(() => {
      for (const key of over) this.delete(key)
    })
  }

  /** What `run` changes is written at once. */
  together(run: () => void): void {
    if (this.#store) this.#store.together(run)
    else run()
  }
}
