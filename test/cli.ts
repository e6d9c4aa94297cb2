/** For tests: the command line, as a person runs it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Result } from '../harness/result.ts'
import type { HalfHop, Stage } from '../harness/trace/trace.ts'

export const projectFolder = fileURLToPath(new URL('../', import.meta.url))
export const mainFile = join(projectFolder, 'harness/cli/main.ts')

export interface Ended {
  code: number
  out: string
  err: string
}

/** Runs `udap-testbed <args>` in the project's folder, without colours. */
export function cli(...args: string[]): Promise<Ended> {
  const options = { cwd: projectFolder, env: { ...process.env, CI: 'true', NO_COLOR: '1' }, maxBuffer: 64e6 }
  return new Promise((resolve) => {
    execFile(process.execPath, [mainFile, ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err })
    })
  })
}

/** The evidence and the verdicts of a run. */
export function readRun(folder: string): { result: Result; stage: Stage; trace: HalfHop[] } {
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    result: JSON.parse(text('result.json')),
    stage: JSON.parse(text('stage.json')),
    trace: text('trace.jsonl')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  }
}

/** A folder that goes when `using` ends. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'udap-testbed-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
