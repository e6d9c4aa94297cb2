/** testbed.yaml and the flags that say the same: read before anything else. */
import { existsSync } from 'node:fs'
import { type Config, formatProblem, readConfig, tlsRootsOf } from '../testbed.ts'
import { exit, Failure } from './exit.ts'
import { readText } from './files.ts'

export interface ConfigFlags {
  config?: string
  tlsCa?: string[]
}

const usual = 'testbed.yaml'

/**
 * What `--config` names, else testbed.yaml in this folder, else nothing.
 *
 * @param secrets whether certificates are opened, as a run will
 * @throws Failure
 */
export function configOf({ config, tlsCa = [] }: ConfigFlags, secrets: boolean): Config {
  const read = config === undefined && !existsSync(usual) ? { options: {} } : parsed(config ?? usual, secrets)
  const more = tlsCa.flatMap(roots)
  if (more.length === 0) return read
  return { ...read, options: { ...read.options, tlsRoots: [...(read.options.tlsRoots ?? []), ...more] } }
}

function parsed(path: string, secrets: boolean): Config {
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    throw new Failure(exit.usage, `${path}: ${(error as Error).message}.`)
  }
  const read = readConfig(path, text, secrets)
  if ('config' in read) return read.config
  throw new Failure(exit.usage, `${read.problems.map(formatProblem).join('\n')}\nNothing was started.`)
}

function roots(file: string): string[] {
  try {
    return tlsRootsOf(file)
  } catch (error) {
    throw new Failure(exit.usage, `--tls-ca ${(error as Error).message}.`)
  }
}
