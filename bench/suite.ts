/** What a case costs in the whole suite against one case alone: each a process of its own, in turn. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Summary } from '../harness/result.ts'
import { keep, machineInWords, median, printTable, round2 } from './table.ts'

const ROUNDS = 3
const root = fileURLToPath(new URL('../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-bench-'))

const contenders = [
  { name: 'one case alone', args: ['scenarios/b2b/client-credentials.yaml'] },
  { name: 'the whole suite', args: ['scenarios'] },
  { name: 'the whole suite, 2 worker processes', args: ['scenarios', '--workers', '2'] },
].map((one) => ({ ...one, ms: [] as number[], cases: 0 }))

try {
  for (let turn = 0; turn < ROUNDS; turn++) {
    for (const each of contenders) {
      const { ms, cases } = await run(each.args)
      each.ms.push(ms)
      each.cases = cases
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
report()

/** From the start of the process to its end. */
function run(args: string[]): Promise<{ ms: number; cases: number }> {
  const began = performance.now()
  const command = ['harness/cli/main.ts', 'run', ...args, '--quiet', '--output-dir', folder]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { cwd: root, maxBuffer: 16e6 }, (error, stdout, stderr) => {
      const ms = performance.now() - began
      if (error) return reject(new Error(`${args.join(' ')} did not pass.\n${stdout}${stderr}`))
      const { summary } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as {
        summary: Summary
      }
      resolve({ ms, cases: summary.cases })
    })
  })
}

function report(): void {
  const perCase = (one: (typeof contenders)[number]) => median(one.ms) / one.cases
  const alone = perCase(contenders[0]!)
  const rows = contenders.map((one) => ({
    name: one.name,
    cases: one.cases,
    ms: Math.round(median(one.ms)),
    msPerCase: Math.round(perCase(one)),
    ofAlone: round2(perCase(one) / alone),
  }))
  console.log(`\nTime of a case, start and end of the process included, median of ${ROUNDS} rounds.`)
  console.log(`${machineInWords}\n`)
  printTable(
    ['', 'cases', 'ms', 'ms a case', 'of one alone'],
    rows.map((row) => [row.name, ...[row.cases, row.ms, row.msPerCase].map(String), row.ofAlone.toFixed(2)]),
  )
  keep('suite', { rounds: ROUNDS, rows })
}
