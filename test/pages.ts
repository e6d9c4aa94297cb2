/**
 * Pages of docs/ as somebody follows them: their ```sh blocks are run as printed, in order, in a fresh folder, and
 * what ```text blocks show must come. Readers do not see what stands behind the language of a block:
 *
 *     sh                   runs to its end, with exit code 0
 *     sh exit=1            with that exit code
 *     sh background=up     stays while the others run; interrupted at the end of the page, it ends with 0
 *     sh background=run exit=0   stays, too, and ends by itself
 *     text                 what the block before wrote, in this order; … stands for anything
 *     text of=up           the same of that block, as soon as it comes
 *     yaml file=x.yaml     is written to that file
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from './cli.ts'

const SHOWN_MS = 60_000

interface Block {
  language: string
  marks: Record<string, string>
  text: string
  line: number
}

export function blocksOf(page: string): Block[] {
  const fence = /^```(sh|text|yaml)([^\n]*)\n(.*?)^```$/gms
  return [...page.matchAll(fence)].map(({ 1: language = '', 2: marks = '', 3: text = '', index }) => ({
    language,
    marks: Object.fromEntries(
      marks
        .trim()
        .split(/\s+/)
        .map((mark) => mark.split('=') as [string, string]),
    ),
    text,
    line: page.slice(0, index).split('\n').length,
  }))
}

/** @param folder a fresh one @throws naming page and line where it does not go as printed */
export async function followPage(page: string, folder: string): Promise<void> {
  const blocks = blocksOf(readFileSync(join(projectFolder, page), 'utf8'))
  const shell = new Shell(folder)
  try {
    for (const block of blocks) {
      try {
        await follow(block, shell)
      } catch (error) {
        throw new Error(`${page}:${block.line}: ${(error as Error).message}`)
      }
    }
    await shell.end()
  } finally {
    shell.kill()
  }
}

async function follow({ language, marks, text }: Block, shell: Shell): Promise<void> {
  if (language === 'yaml') {
    if (marks.file) shell.write(marks.file, text)
    return
  }
  if (language === 'text') return shell.shows(marks.of ?? 'last', text)
  const exit = marks.exit === undefined ? undefined : Number(marks.exit)
  if (marks.background === undefined) return shell.run(text, exit ?? 0)
  shell.start(marks.background, text, exit)
}

interface Running {
  child: ChildProcess
  seen: string
  code: Promise<number | null>
  /** It ends by itself, so. */
  exit: number | undefined
  ended: boolean
}

/** One terminal, and those that are open beside it. */
class Shell {
  readonly #folder: string
  readonly #bin: string
  readonly #running = new Map<string, Running>()
  /** Where it went by `cd`. */
  #at: string

  constructor(folder: string) {
    this.#folder = folder
    this.#at = join(folder, 'work')
    this.#bin = join(folder, 'bin')
    mkdirSync(this.#at)
    mkdirSync(this.#bin)
    const command = join(this.#bin, 'udap-testbed')
    const main = join(projectFolder, 'bin/udap-testbed.mjs')
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
    chmodSync(command, 0o755)
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.#at, file), text)
  }

  async run(text: string, exit: number): Promise<void> {
    const one = this.#spawn('last', text, exit)
    const code = await one.code
    const where = join(this.#folder, 'where')
    if (existsSync(where)) this.#at = readFileSync(where, 'utf8').trim()
    if (code !== exit) throw new Error(`exit code ${code}, not ${exit}:\n${text}\n${one.seen}`)
  }

  start(name: string, text: string, exit: number | undefined): void {
    this.#spawn(name, text, exit)
  }

  async shows(name: string, text: string): Promise<void> {
    const one = this.#running.get(name)
    if (!one) throw new Error(`no block before this one is called ${name}`)
    const wanted = text.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '…')
    const end = Date.now() + SHOWN_MS
    for (let missing = firstMissing(wanted, one.seen); missing !== undefined; ) {
      if (one.ended || Date.now() > end)
        throw new Error(`this did not come:\n${missing}\nThis did:\n${one.seen}`)
      await Promise.race([one.code, new Promise((resolve) => setTimeout(resolve, 20))])
      missing = firstMissing(wanted, one.seen)
    }
  }

  /** Those that shall stay until the end, and those that shall end by themselves. */
  async end(): Promise<void> {
    for (const [name, one] of this.#running) {
      if (one.exit === undefined) this.#signal(one, 'SIGINT')
      const code = await one.code
      if (code !== (one.exit ?? 0))
        throw new Error(`${name} ended with ${code}, not ${one.exit ?? 0}:\n${one.seen}`)
    }
  }

  kill(): void {
    for (const one of this.#running.values()) this.#signal(one, 'SIGKILL')
  }

  #spawn(name: string, text: string, exit: number | undefined): Running {
    const keep = name === 'last' ? `trap 'pwd > "${join(this.#folder, 'where')}"' EXIT\n` : ''
    // What somebody types into a terminal goes on after a mistake; here the first one counts.
    const child = spawn('bash', ['-ec', `${keep}${text}`], {
      cwd: this.#at,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${this.#bin}:${process.env.PATH}`, NO_COLOR: '1', CI: '1' },
    })
    const code = new Promise<number | null>((resolve) => child.once('close', resolve))
    const one: Running = { child, seen: '', code, exit, ended: false }
    void code.then(() => {
      one.ended = true
    })
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        one.seen += chunk
      })
    this.#running.set(name, one)
    return one
  }

  /** The whole group: a shell does not pass signals on. */
  #signal({ child, ended }: Running, signal: NodeJS.Signals): void {
    if (!ended && child.pid !== undefined) process.kill(-child.pid, signal)
  }
}

/** The first line that does not come after those before it. */
function firstMissing(wanted: string[], seen: string): string | undefined {
  let rest = seen
  for (const line of wanted) {
    const pattern = line
      .trim()
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
      .join('.*')
    const found = new RegExp(pattern).exec(rest)
    if (!found) return line
    rest = rest.slice(found.index + found[0].length)
  }
  return undefined
}
