/**
 * One run of the whole suite for all tests that need one: `run scenarios --seed prove`, in one process. It lies in
 * `suite/` below the folder that the environment variable UDAP_TESTBED_SUITE names (setup.ts), where `prove` puts it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cli } from './cli.ts'

export const proveFolder = (): string => process.env.UDAP_TESTBED_SUITE!

/** @returns the folder of the run, which is made here when nobody made it before */
export async function suiteRun(): Promise<string> {
  const folder = join(proveFolder(), 'suite')
  if (existsSync(join(folder, 'result.json'))) return folder
  const { code, out, err } = await cli(
    'run',
    'scenarios',
    '--seed',
    'prove',
    '--quiet',
    '--output-dir',
    folder,
  )
  if (code !== 0) throw new Error(`The suite did not pass.\n${out}${err}`)
  return folder
}
