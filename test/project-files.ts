/** The files of the project as git knows them: tracked, or new and not ignored. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('..', import.meta.url))

/** Path (from the project's root) to text, of the files whose path is wanted. */
export function projectFiles(wanted: (path: string) => boolean): Map<string, string> {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  })
  const paths = listed.split('\0').filter((path) => path && wanted(path) && existsSync(projectRoot + path))
  return new Map(paths.map((path) => [path, readFileSync(projectRoot + path, 'utf8')]))
}
