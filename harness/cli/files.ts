/** From arguments to scenario files, and the folder that is written to. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
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
  for (const arg of args.length > 0 ? args : ['scenarios']) {
    const [, file = arg, number] = isThere(arg) ? [] : (/^(.+):(\d+)$/.exec(arg) ?? [])
    if (!isThere(file)) throw new Failure(exit.usage, `${file}: there is no such file or folder.`)
    const found = statSync(placeOf(file)).isDirectory() ? scenariosIn(file) : [normalize(file)]
    for (const path of found) paths.add(path)
    if (number !== undefined) line.push({ file: normalize(file), line: Number(number) })
  }
  return { files: [...paths].map(scenario), line }
}

/**
 * Where a file is: `scenarios/…` that is not in this folder is the testbed's own, as people work in folders of theirs.
 * It is called by the short name all the same: reports are for others.
 */
export function placeOf(path: string): string {
  if (existsSync(path) || !/^scenarios(\/|$)/.test(path)) return path
  const shipped = fileURLToPath(new URL(path, root))
  return existsSync(shipped) ? shipped : path
}

const isThere = (path: string): boolean => existsSync(placeOf(path))

/** @throws with what is wrong, in words that follow the file's name */
export function readText(path: string): string {
  try {
    return readFileSync(placeOf(path), 'utf8')
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

function scenariosIn(folder: string): string[] {
  return readdirSync(placeOf(folder), { withFileTypes: true })
    .filter(({ name }) => !notScenarios.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return scenariosIn(path)
      return /\.ya?ml$/.test(entry.name) ? [path] : []
    })
}
