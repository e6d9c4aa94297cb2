/** Before all tests: a folder for the run of the whole suite that several of them need (suite.ts). */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function setup(): (() => void) | undefined {
  if (process.env.UDAP_TESTBED_SUITE !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-suite-'))
  process.env.UDAP_TESTBED_SUITE = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
