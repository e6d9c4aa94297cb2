/** What an authority issued and revoked: one line of JSON each, appended and never changed. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, isStrings, type JsonObject } from '../../wire/json.ts'
import { append, readBytes } from './files.ts'
import { Unusable } from './unusable.ts'

export interface Issued {
  /** Serial number, hexadecimal. */
  issued: string
  issuer: string
  at: string
  expires: string
  uris: string[]
}

export interface Revoked {
  revoked: string
  issuer: string
  at: string
  reason: string
}

export type Entry = Issued | Revoked

const pathIn = (folder: string): string => join(folder, 'index.jsonl')

/** A million lines: every case of every run with this authority adds some. */
const MAX_BYTES = 256 * 1024 * 1024

/** @throws Unusable naming file and line */
export function readIndex(folder: string): Entry[] {
  const file = pathIn(folder)
  if (!existsSync(file)) return []
  return readBytes(file, MAX_BYTES)
    .toString('utf8')
    .split('\n')
    .flatMap((line, i) => entryOf(line, `${file}:${i + 1}`))
}

/** Durable when it returns. @throws Unusable */
export function appendIndex(folder: string, entries: Entry[]): void {
  if (entries.length === 0) return
  append(pathIn(folder), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
}

/** A line that was never finished was never answered for either: it does not count. */
function entryOf(line: string, where: string): Entry[] {
  if (line.trim() === '' || !line.trimEnd().endsWith('}')) return []
  const entry = parsed(line)
  if (entry) return [entry]
  throw new Unusable(
    where,
    'this line is no certificate issued or revoked. Restore the file, or delete the line.',
  )
}

function parsed(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? shaped(value) : undefined
  } catch {
    return undefined
  }
}

function shaped({ issued, revoked, issuer, at, expires, uris, reason }: JsonObject): Entry | undefined {
  if (typeof issuer !== 'string' || typeof at !== 'string') return undefined
  if (typeof issued === 'string' && typeof expires === 'string' && isStrings(uris)) {
    return { issued, issuer, at, expires, uris }
  }
  if (typeof revoked === 'string' && typeof reason === 'string') return { revoked, issuer, at, reason }
  return undefined
}
