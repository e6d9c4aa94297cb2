/** JSON values in a file for a while: written in any order, read in another, never all in memory. */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export class Spool implements Disposable {
  readonly #path: string
  readonly #file: number
  readonly #places: { id: string; start: number; length: number }[] = []
  #end = 0

  /** @param folder where its file lies; nobody but the owner may read it */
  constructor(folder: string) {
    this.#path = join(folder, `${randomUUID()}.new`)
    this.#file = openSync(this.#path, 'wx+', 0o600)
  }

  add(id: string, value: object): void {
    const bytes = Buffer.from(JSON.stringify(value))
    writeSync(this.#file, bytes)
    this.#places.push({ id, start: this.#end, length: bytes.length })
    this.#end += bytes.length
  }

  *inOrder(compare: (a: string, b: string) => number): Generator<object> {
    for (const { start, length } of this.#places.toSorted((a, b) => compare(a.id, b.id))) {
      const bytes = Buffer.alloc(length)
      readSync(this.#file, bytes, 0, length, start)
      yield JSON.parse(bytes.toString())
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
  }
}
