/** The Docker engine, by its command line. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectFolder } from '../cli.ts'

/** Every container and network of a run carries it. */
const LABEL = 'udap-testbed.run'

const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  version: string
}
export const image = process.env.UDAP_TESTBED_IMAGE ?? `udap-testbed:${version}`

const TIMEOUT_MS = 60_000
const ANSWER_MS = 10_000

/** Runs `docker <args>`, bounded. @returns what it printed @throws Error with the command and what it complained of */
export async function docker(...args: string[]): Promise<string> {
  return run(args, TIMEOUT_MS)
}

async function run(args: string[], timeout: number): Promise<string> {
  const options = { timeout, killSignal: 'SIGKILL', maxBuffer: 64e6 } as const
  try {
    const { stdout } = await promisify(execFile)('docker', args, options)
    return stdout.trimEnd()
  } catch (error) {
    const { code, killed, stderr = '' } = error as { code?: unknown; killed?: boolean; stderr?: string }
    const why = killed ? `it did not end within ${timeout / 1000} s` : stderr.trim()
    const said = code === 'ENOENT' ? 'there is no program of this name on the PATH' : why
    throw new Error(`docker ${args.join(' ')}: ${said}`, { cause: error })
  }
}

/** Why no engine answers, in a sentence. */
export async function withoutEngine(): Promise<string | undefined> {
  try {
    await run(['version', '--format', '{{.Server.Version}}'], ANSWER_MS)
    return undefined
  } catch (error) {
    return `no Docker engine answers (${(error as Error).message})`
  }
}

/** Containers and networks that runs have left, one a line: `container 3f2a… as-c1 (Up 2 seconds)`. */
export async function leftBehind(label = LABEL): Promise<string[]> {
  const filter = ['--filter', `label=${label}`, '--format']
  const [containers, networks] = await Promise.all([
    docker('ps', '--all', ...filter, 'container {{.ID}} {{.Names}} ({{.Status}})'),
    docker('network', 'ls', ...filter, 'network {{.ID}} {{.Name}}'),
  ])
  return [containers, networks].flatMap((text) => text.split('\n')).filter((line) => line !== '')
}
