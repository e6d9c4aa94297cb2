/** Writes what `init` makes: all of it or nothing, and nothing over what is there. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exit, Failure } from '../exit.ts'

/** @param files by their paths below the folder @throws Failure */
export function writeAll(folder: string, files: Record<string, string>): void {
  refuseTaken(folder, Object.keys(files))
  for (const [name, text] of Object.entries(files)) write(join(folder, name), text)
}

/** @throws Failure naming what is there already */
export function refuseTaken(folder: string, names: string[]): void {
  const there = names.find((name) => existsSync(join(folder, name)))
  if (there === undefined) return
  const hint = 'Name another folder: init <folder>.'
  throw new Failure(exit.usage, `${join(folder, there)} is there already; nothing was written. ${hint}`)
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Failure(exit.usage, `${path} cannot be written (${code}).`)
  }
}
