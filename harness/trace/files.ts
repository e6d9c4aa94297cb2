/** The files of a run's folder. Evidence is raw, so that only its owner may read it. Nobody need trust it: what is read is checked. */
import { type FileHandle, open, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { HalfHop, Stage } from './trace.ts'

export type Document = 'plan' | 'stage' | 'result'

/** A file of the folder that is missing, broken or cut; the message names file and line and what to do. */
export class BrokenFile extends Error {
  override name = 'BrokenFile'
  readonly file: string
  readonly line: number | undefined

  constructor(file: string, line: number | undefined, problem: string) {
    // A folder may come from anybody, and what it holds shall not command the terminal.
    super(`${line ? `${file}:${line}` : file}: ${problem.replace(/\p{Cc}/gu, ' ')}`)
    this.file = file
    this.line = line
  }
}

/** `<name>.json`, replaced as a whole. */
export async function writeDocument(folder: string, name: Document, value: object): Promise<void> {
  await replaceFile(join(folder, `${name}.json`), `${JSON.stringify(value, null, 2)}\n`, modeOf(name))
}

/** The same with cases that need not all be in memory. @param head the document, its cases left out: `cases: []` */
export async function writeCases(
  folder: string,
  name: Document,
  head: object,
  cases: Iterable<object>,
): Promise<void> {
  const [before, after] = JSON.stringify(head, null, 2).split('"cases": []') as [string, string]
  function* text(): Generator<string> {
    let first = true
    for (const one of cases) {
      const lines = JSON.stringify(one, null, 2).replaceAll('\n', '\n    ')
      yield `${first ? `${before}"cases": [` : ','}\n    ${lines}`
      first = false
    }
    yield `${first ? `${before}"cases": []` : '\n  ]'}${after}\n`
  }
  await replaceFile(join(folder, `${name}.json`), text(), modeOf(name))
}

const modeOf = (name: Document) => (name === 'result' ? 0o644 : 0o600)

export async function readTrace(folder: string): Promise<HalfHop[]> {
  const halves: HalfHop[] = []
  for await (const { half } of linesOfTrace(folder)) halves.push(half)
  return halves
}

export interface TraceLine {
  half: HalfHop
  text: string
  /** Where the text lies in the file, in bytes. */
  start: number
  length: number
}

/**
 * Lines that are no half-hop are an error: a judgement over half of the evidence would look like a whole one. Read
 * line by line, as the trace of some thousand cases is longer than a text may be.
 */
export async function* linesOfTrace(folder: string): AsyncGenerator<TraceLine> {
  const path = join(folder, 'trace.jsonl')
  const { problemIn } = await import('./check.ts')
  let before = 0
  let start = 0
  await using file = await opened(path)
  if (!(await endsWithLineFeed(file))) {
    const problem = 'the last line is cut short; the run was interrupted. Run it again'
    throw new BrokenFile(path, await lineCount(file), problem)
  }
  for await (const bytes of linesOf(file)) {
    const text = bytes.toString()
    const value = parse(path, text, before)
    const problem = problemIn('trace', value)
    if (problem) throw new BrokenFile(path, before + 1, `not a half-hop: ${problem}. ${advice}`)
    yield { half: value as unknown as HalfHop, text, start, length: bytes.length }
    before++
    start += bytes.length + 1
  }
}

/** Ended by line feeds alone: readline also ends lines at U+2028, which JSON leaves as it is. */
async function* linesOf(file: FileHandle): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 })) {
    let bytes = chunk as Buffer
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
      yield Buffer.concat([...begun, bytes.subarray(0, end)])
      begun = []
      bytes = bytes.subarray(end + 1)
    }
    begun.push(bytes)
  }
  if (begun.some((bytes) => bytes.length > 0)) yield Buffer.concat(begun)
}

/** A run that recorded nothing has an empty trace. */
async function endsWithLineFeed(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return true
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 0x0a
}

async function lineCount(file: FileHandle): Promise<number> {
  let count = 0
  for await (const _ of linesOf(file)) count++
  return count
}

export async function readStage(folder: string): Promise<Stage> {
  return (await readDocument(folder, 'stage')) as unknown as Stage
}

/** Checks that it is the document it is named for; the caller knows the type. */
export const readDocument = (folder: string, name: Document): Promise<JsonObject> =>
  readAs(name, join(folder, `${name}.json`))

/** The same of a file that lies anywhere. */
export async function readAs(name: Document, file: string): Promise<JsonObject> {
  const value = parse(file, await read(file), 0)
  const { problemIn } = await import('./check.ts')
  const problem = problemIn(name, value)
  if (problem) throw new BrokenFile(file, undefined, `not a ${name} of this testbed: ${problem}. ${advice}`)
  return value
}

const advice = 'The file was changed, or another version of the testbed wrote it; run the scenarios again'

/** Who reads meanwhile sees the old file or the new one. */
export async function replaceFile(
  file: string,
  text: string | Iterable<string>,
  mode: number,
): Promise<void> {
  const fresh = `${file}.${process.pid}.new`
  await writeFile(fresh, text, { mode })
  await rename(fresh, file)
}

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error) => unreadable(file, error))

const opened = (file: string): Promise<FileHandle> => open(file).catch((error) => unreadable(file, error))

function unreadable(file: string, { code }: NodeJS.ErrnoException): never {
  const problem =
    code === 'ENOENT' ? 'there is no such file; a run writes it to its output folder' : String(code)
  throw new BrokenFile(file, undefined, problem)
}

/** `before` lines come before the text. */
function parse(file: string, text: string, before: number): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const { message } = error as SyntaxError
    throw new BrokenFile(file, before + lineOf(message, text), `not valid JSON: ${firstLine(message)}`)
  }
  if (!isObject(value)) throw new BrokenFile(file, before + 1, 'not a JSON object')
  return value
}

/** V8 says where, quotes the place, or says that the text ended. */
function lineOf(message: string, text: string): number {
  const line = /\(line (\d+) column \d+\)/.exec(message)?.[1]
  if (line) return Number(line)
  const quoted = /Unexpected token '[\s\S]+?', (?:\.{3})?"([\s\S]*)"(?:\.{3})? is not valid JSON/.exec(
    message,
  )?.[1]
  const token = /Unexpected token '([\s\S]+?)'/.exec(message)?.[1] ?? ''
  const at = quoted === undefined ? -1 : text.indexOf(quoted)
  const end = at < 0 ? text.trimEnd().length : at + Math.max(0, quoted!.lastIndexOf(token))
  return text.slice(0, end).split('\n').length
}

function firstLine(message: string): string {
  return message.startsWith('Unexpected token') ? message.split(',', 1)[0]! : message
}
