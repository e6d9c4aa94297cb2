/** A map that forgets what was put into it first when it is full, so that no flood of requests fills the memory. */
export class Bounded<Value> {
  readonly #most: number
  readonly #values = new Map<string, Value>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: Value): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= this.#most) return
    const [first] = this.#values.keys()
    if (first !== undefined) this.#values.delete(first)
  }

  /** The last one that was put into it first. */
  newestFirst(): Value[] {
    return [...this.#values.values()].reverse()
  }

  delete(key: string): void {
    this.#values.delete(key)
  }
}
