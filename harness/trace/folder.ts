/**
 * A run's folder while it is written. It is whole only when the file `unfinished` is gone; a process that was killed
 * leaves it behind. Whoever takes a folder has it: the one that had it before, should it still be alive, fails at its
 * end and changes nothing.
 */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Document, replaceFile, writeCases, writeDocument } from './files.ts'
import type { HalfHop } from './trace.ts'

const MARK = 'unfinished'
const TRACE = 'trace.jsonl'

/** Another process has taken the folder in the meantime. */
export class FolderTaken extends Error {
  override name = 'FolderTaken'
}

export const isUnfinished = (folder: string): boolean => existsSync(join(folder, MARK))

export class RunFolder implements AsyncDisposable {
  readonly path: string
  readonly #mark: string
  readonly #trace: FileHandle

  /** Makes the folder (mode 0700; one that is there keeps its own), with an empty trace and nothing of an earlier run. */
  static async take(path: string): Promise<RunFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const mark = `${hostname()}, process ${process.pid}, since ${new Date().toISOString()}, ${randomUUID()}\n`
    await replaceFile(join(path, MARK), mark, 0o600)
    // Without its result a folder is no whole one; so that goes first.
    for (const name of ['result.json', 'stage.json', 'plan.json', 'screenshots', 'logs'])
      await rm(join(path, name), { force: true, recursive: true })
    // A new file, not the old one emptied: what somebody else still writes to that one is not in here.
    const fresh = join(path, `${TRACE}.${randomUUID()}.new`)
    const trace = await open(fresh, 'a', 0o600)
    await rename(fresh, join(path, TRACE))
    return new RunFolder(path, mark, trace)
  }

  private constructor(path: string, mark: string, trace: FileHandle) {
    this.path = path
    this.#mark = mark
    this.#trace = trace
  }

  /** One line a half. */
  append(halves: HalfHop[]): Promise<void> {
    return this.appendText(halves.map((half) => `${JSON.stringify(half)}\n`).join(''))
  }

  /** Whole lines. */
  appendText(lines: string): Promise<void> {
    return this.#trace.appendFile(lines)
  }

  /** @throws FolderTaken */
  async write(name: Document, value: object): Promise<void> {
    await this.#checkOwn()
    await writeDocument(this.path, name, value)
  }

  /** @param head the document, its cases left out: `cases: []` @throws FolderTaken */
  async writeCases(name: Document, head: object, cases: Iterable<object>): Promise<void> {
    await this.#checkOwn()
    await writeCases(this.path, name, head, cases)
  }

  /** Everything is written: from now on the folder is whole. @throws FolderTaken */
  async finish(): Promise<void> {
    await this.#checkOwn()
    await rm(join(this.path, MARK))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#trace.close()
  }

  async #checkOwn(): Promise<void> {
    const found = await readFile(join(this.path, MARK), 'utf8').catch(() => undefined)
    if (found === this.#mark) return
    const who = found === undefined ? 'has finished' : `goes on (${found.split(', ').slice(0, 3).join(', ')})`
    throw new FolderTaken(`${this.path}: another run took this folder and ${who}; this one leaves it alone.`)
  }
}
