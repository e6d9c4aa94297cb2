/** From arguments to scenario files, and the folder that is written to. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root, type SourceFile } from '../testbed.ts'
import { exit, Failure } from './exit.ts'

export interface Sources {
  files: SourceFile[]
  /** Lines that were asked for, by file. */
  line: { file: string; line: number }[]
}

/** Parts and data belong to the scenarios that use them; the list of known failures is no scenario. */
const notScenarios = /^(parts|data|node_modules|\..*|known-failures\.ya?ml)$/

/**
 * @param args `file`, `file:line` or `folder`; none = scenarios/ here, else those that came with the testbed, where
 *   `scenarios/…` that is not here is looked for, too
 */
export function sourcesOf(args: string[]): Sources {
  const paths = new Set<string>()
  const line: Sources['line'] = []
  for (const arg of args.length > 0 ? args : [defaultFolder()]) {
    const [, said = arg, number] = existsSync(arg) ? [] : (/^(.+):(\d+)$/.exec(arg) ?? [])
    const file = existsSync(said) ? said : shippedFile(said)
    if (!existsSync(file)) throw new Failure(exit.usage, `${file}: there is no such file or folder.`)
    const found = statSync(file).isDirectory() ? scenariosIn(file) : [normalize(file)]
    for (const path of found) paths.add(path)
    if (number !== undefined) line.push({ file: normalize(file), line: Number(number) })
  }
  return { files: [...paths].map(scenario), line }
}

/** @throws with what is wrong, in words that follow the file's name */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const words: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }
    throw new Error(words[code ?? ''] ?? `it cannot be read (${code})`)
  }
}

function scenario(path: string): SourceFile {
  try {
    return { path, text: readText(path) }
  } catch (error) {
    throw new Failure(exit.usage, `${path}: ${(error as Error).message}.`)
  }
}

/** Makes the folder. @throws Failure when nothing can be written there */
export function checkWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Failure(exit.usage, `--output-dir ${folder}: no folder that can be written to (${code}).`)
  }
}

function defaultFolder(): string {
  return existsSync('scenarios') ? 'scenarios' : shippedFile('scenarios')
}

/** That of the testbed itself, where there is none here: people work in folders of their own. */
function shippedFile(path: string): string {
  if (path !== 'scenarios' && !path.startsWith('scenarios/')) return path
  const shipped = fileURLToPath(new URL(path, root))
  const near = relative(process.cwd(), shipped)
  if (!existsSync(shipped)) return path
  return near.startsWith('..') || isAbsolute(near) ? shipped : near
}

function scenariosIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !notScenarios.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return scenariosIn(path)
      return /\.ya?ml$/.test(entry.name) ? [path] : []
    })
}
