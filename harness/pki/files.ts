/** Files of keys and certificates: read with words for what fails; written so that a crash leaves old or new. */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Unusable } from './unusable.ts'

const words: Record<string, string> = {
  ENOENT: 'there is no such file or folder.',
  EISDIR: 'it is a folder, not a file.',
  ENOTDIR: 'it, or a part of its path, is no folder.',
  EACCES: 'it must not be read or written by you.',
  EEXIST: 'it is there already; nothing was written.',
  ENOSPC: 'there is no space left.',
}

const reasonOf = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException
  return words[code] ?? `${message}.`
}

/** Certificates, keys and passwords are small: who names a film by mistake gets an answer at once. */
const MAX_BYTES = 4 * 1024 * 1024

/** @throws Unusable */
export function readBytes(file: string, maxBytes = MAX_BYTES): Buffer {
  try {
    const { size } = statSync(file)
    if (size > maxBytes) throw new Unusable(file, `it has ${size} bytes, more than any file of this kind.`)
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Unusable) throw error
    throw new Unusable(file, reasonOf(error), { cause: error })
  }
}

/** Private: for its owner only. */
export const PRIVATE = 0o600
export const PUBLIC = 0o644

/** Writes a file that must not be there yet, and its folder. @throws Unusable */
export function writeNew(file: string, contents: string | Buffer, mode: number): void {
  if (existsSync(file)) throw new Unusable(file, words.EEXIST!)
  replace(file, contents, mode)
}

/** Writes a file; whoever reads it finds all of the old one or all of the new one. @throws Unusable */
export function replace(file: string, contents: string | Buffer, mode: number): void {
  attempt(file, () => {
    mkdirSync(dirname(file), { recursive: true })
    const next = `${file}.${process.pid}.new`
    write(next, 'w', contents, mode)
    renameSync(next, file)
    syncFolder(dirname(file))
  })
}

/** Appends lines. Durable when it returns. @throws Unusable */
export function append(file: string, lines: string): void {
  // Whoever died in the middle of a line left no line break.
  attempt(file, () => write(file, 'a', `${lastByte(file) === '\n' ? '' : '\n'}${lines}`, PUBLIC))
}

/** A file that is empty, or not there, ends with nothing that would need a line break. */
function lastByte(file: string): string {
  if (!existsSync(file)) return '\n'
  const opened = openSync(file, 'r')
  try {
    const { size } = fstatSync(opened)
    const byte = Buffer.from('\n')
    readSync(opened, byte, 0, size === 0 ? 0 : 1, Math.max(0, size - 1))
    return byte.toString('latin1')
  } finally {
    closeSync(opened)
  }
}

/** What the operating system has against it, in words. @throws Unusable */
export function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Unusable(path, reasonOf(error), { cause: error })
  }
}

function write(file: string, flags: 'w' | 'a', contents: string | Buffer, mode: number): void {
  const opened = openSync(file, flags, mode)
  try {
    const bytes = Buffer.from(contents)
    // One call: what two processes append at once does not mix.
    if (writeSync(opened, bytes) !== bytes.length) throw new Error('it could not be written as a whole')
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

/** The name of a new file is durable only then. */
function syncFolder(folder: string): void {
  // Windows opens no folders.
  if (process.platform === 'win32') return
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}
