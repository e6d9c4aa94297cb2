/**
 * What one core does in a minute, how time and memory grow with the number of cases, what a shard costs more, and
 * what many workers would take for a study. The tables of docs/scale.md: `node bench/scale.ts --markdown`.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sourcesOf } from '../harness/cli/files.ts'
import { byDuration, type Durations, durationKey } from '../harness/plan/shard.ts'
import { durationsOf, type PlanCase, planOf, type Result, repeatCases } from '../harness/testbed.ts'
import { leastSquares, predict } from './fit.ts'
import { keep, machine, markdownTable, median, printTable } from './table.ts'
import type { Usage } from './usage.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { markdown: { type: 'boolean' }, largest: { type: 'string', default: '1000' } },
})
const scenarios = positionals.length > 0 ? positionals : ['scenarios']
/** Seeds of the study. */
const SEEDS = 10
const WORKERS = [1, 2, 4, 10, 30, 100]
/** Parts of the whole that are run by themselves, and how many of them. */
const PARTS = [
  { of: 16, runs: 2 },
  { of: 8, runs: 2 },
  { of: 4, runs: 1 },
  { of: 2, runs: 1 },
]
const ONE = 'scenarios/b2b/client-credentials.yaml'
/** More than there are cases: the last of so many parts has none. */
const EMPTY = '9999/9999'

const root = fileURLToPath(new URL('../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-bench-'))
const pins = existsSync('/usr/bin/taskset')

interface Measured extends Usage {
  seconds: number
  cases: number
}

/** A run or merge in a process of its own, on one core, from its start to its end. */
function measure(name: string, args: string[], core = 0): Promise<Measured> {
  const usage = join(folder, `${name}.usage.json`)
  const output = join(folder, name)
  const program = ['--import', join(root, 'bench/usage.ts'), 'harness/cli/main.ts', ...args]
  const command = [process.execPath, ...program, '--quiet', '--output-dir', output]
  const [file = '', ...rest] = pins ? ['taskset', '-c', String(core), ...command] : command
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const options = { cwd: root, maxBuffer: 64e6, env: { ...process.env, BENCH_USAGE: usage } }
    execFile(file, rest, options, (error, stdout, stderr) => {
      const seconds = (performance.now() - began) / 1000
      if (error) return reject(new Error(`${args.join(' ')} did not pass.\n${stdout}${stderr}`))
      const { cases } = resultOf(name).summary
      process.stderr.write(`${args.join(' ')}: ${cases} cases, ${seconds.toFixed(1)} s\n`)
      resolve({ seconds, cases, ...(JSON.parse(readFileSync(usage, 'utf8')) as Usage) })
    })
  })
}

/** For what is short: the one in the middle. */
async function thrice(measureIt: () => Promise<Measured>): Promise<Measured> {
  const runs = [await measureIt(), await measureIt(), await measureIt()]
  const middle = median(runs.map(({ seconds }) => seconds))
  return runs.find(({ seconds }) => seconds === middle)!
}

const resultOf = (name: string) =>
  JSON.parse(readFileSync(join(folder, name, 'result.json'), 'utf8')) as Result

try {
  const whole = await measure('whole', ['run', ...scenarios])
  const durations = (await durationsOf(join(folder, 'whole')))!
  const share = (name: string, shard: string, more: string[] = [], core = 0) =>
    measure(
      name,
      ['run', ...scenarios, ...more, '--shard', shard, '--durations', join(folder, 'whole')],
      core,
    )

  const empty = await thrice(() => share('empty', EMPTY))
  const growth: Measured[] = [whole]
  for (const { of, runs } of PARTS) {
    for (let i = 1; i <= runs; i++) growth.push(await share(`part-${i}-${of}`, `${i}/${of}`))
  }
  for (let times = 2; whole.cases * times <= Number(flags.largest); times *= 2) {
    growth.push(await measure('repeated', ['run', ...scenarios, '--repeat', String(times)]))
  }

  const study = await studyCases(durations)
  const emptyOfAll = await thrice(() => share('empty-all', EMPTY, ['--spec', 'all']))
  const halfOf = (i: number) => () => measure(`one-${i}`, ['run', ONE, '--shard', `${i}/2`])
  const one = [await thrice(halfOf(1)), await thrice(halfOf(2))]
  const mergeOne = await thrice(() => measure('one', ['merge', join(folder, 'one-1'), join(folder, 'one-2')]))
  const halves = await Promise.all([1, 2].map((i) => share(`half-${i}`, `${i}/2`, [], i - 1)))
  const mergeWhole = await measure('halves', ['merge', ...[1, 2].map((i) => join(folder, `half-${i}`))])

  // What a worker loads with its first case is part of its start.
  const [none = 0, first = 0] = one.toSorted((a, b) => a.cases - b.cases).map(({ seconds }) => seconds)
  const start = empty.seconds + first - none
  const startPerCase = slope(emptyOfAll.seconds - empty.seconds, study.inAll - whole.cases)
  const mergePerCase = slope(mergeWhole.seconds - mergeOne.seconds, mergeWhole.cases - 1)
  const costs = {
    startPerCase,
    start: start - startPerCase * whole.cases,
    mergePerCase,
    merge: mergeOne.seconds - mergePerCase,
  }
  // A case's milliseconds are more than what it takes of the core, as four of them wait for one another.
  const perMs = (whole.seconds - start) / loads(study.suite, 1, durations)[0]!
  const worked = growth
    .toSorted((a, b) => a.cases - b.cases)
    .map((one) => ({ ...one, work: one.seconds - start }))
  // A run that is over within the start, on a machine that has more to do, says nothing.
  const told = worked.filter(({ work }) => work > 0)
  const line = leastSquares(told.map(({ cases, work }) => [Math.log(cases), Math.log(work)]))
  const longest = (cases: PlanCase[], of: number) => Math.max(...loads(cases, of, durations)) * perMs
  // A repetition is planned by copying.
  const size = { planned: study.inAll, cases: study.cases.length }
  const predicted = WORKERS.map((workers) => predict(workers, size, longest(study.cases, workers), costs))
  const check = predict(2, { planned: whole.cases, cases: whole.cases }, longest(study.suite, 2), costs)
  const seen = {
    workers: 2,
    start,
    longest: Math.max(...halves.map(({ seconds }) => seconds)) - start,
    merge: mergeWhole.seconds,
    wall: Math.max(...halves.map(({ seconds }) => seconds)) + mergeWhole.seconds,
  }
  report()
  keep('scale', { whole, empty, start, growth: worked, line, costs, predicted, check, seen, mergeWhole })

  function report(): void {
    const table = (head: string[], rows: string[][]) =>
      flags.markdown ? console.log(markdownTable(head, rows)) : printTable(head, rows)
    const s = (seconds: number) => seconds.toFixed(seconds < 10 ? 1 : 0)
    const { cores, cpu, node } = machine
    console.log(
      `${new Date().toISOString().slice(0, 10)}, ${cores} virtual cores (${cpu}), Node ${node.slice(1)}.\n`,
    )
    table(
      ['cases', 'seconds', 'without the start', 'ms a case', 'CPU seconds', 'peak memory'],
      worked.map(({ cases, seconds, work, cpuSeconds, peakMb }) => [
        String(cases),
        s(seconds),
        s(work),
        ((1000 * work) / cases).toFixed(0),
        s(cpuSeconds),
        `${peakMb.toFixed(0)} MB`,
      ]),
    )
    const perMinute = (60 * whole.cases) / (whole.seconds - start)
    console.log(
      `\nOne core: ${perMinute.toFixed(0)} cases a minute. Without the start, time grows with the number of cases to the power of ${line.slope.toFixed(2)} ± ${line.error.toFixed(2)} (standard error, ${told.length} runs).\n`,
    )
    table(
      ['what', 'fixed', 'for each case of the whole'],
      [
        [
          'a worker starts, and plans all cases',
          `${costs.start.toFixed(2)} s`,
          `${(1000 * costs.startPerCase).toFixed(2)} ms`,
        ],
        ['merge', `${costs.merge.toFixed(2)} s`, `${(1000 * costs.mergePerCase).toFixed(2)} ms`],
      ],
    )
    console.log(`\nThe merge of ${mergeWhole.cases} cases had at most ${mergeWhole.peakMb.toFixed(0)} MB.\n`)
    table(
      ['2 workers, the suite', 'start', 'longest shard', 'merge', 'wall time'],
      [
        ['predicted', ...[check.start, check.longest, check.merge, check.wall].map((one) => `${s(one)} s`)],
        ['measured', ...[seen.start, seen.longest, seen.merge, seen.wall].map((one) => `${s(one)} s`)],
      ],
    )
    console.log(
      `\nThe study: ${study.suite.length} cases (scenarios, their faults among them), in every version ${study.inAll}, with ${SEEDS} seeds ${study.cases.length}.\n`,
    )
    const minutes = (seconds: number) => (seconds / 60).toFixed(1)
    table(
      ['workers', 'start', 'longest shard', 'merge', 'wall time', 'times as fast', 'efficiency'],
      predicted.map(({ workers, start, longest: most, merge, wall }) => [
        String(workers),
        ...[start, most, merge, wall].map((one) => `${minutes(one)} min`),
        (predicted[0]!.wall / wall).toFixed(1),
        `${((100 * predicted[0]!.wall) / wall / workers).toFixed(0)} %`,
      ]),
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The cases of the suite and of the study; of a case in another version the time is that of the case. */
async function studyCases(durations: Durations) {
  const { files } = sourcesOf(scenarios)
  const read = (path: string) => readFileSync(path, 'utf8')
  const planned = async (spec?: string) => {
    const made = await planOf(files, spec === undefined ? {} : { spec }, {}, read)
    if ('problems' in made) throw new Error('The scenarios are wrong.')
    return made.plan
  }
  const all = await planned('all')
  const known = all.cases.map((one) => {
    const name = one.name.replace(/ \([^()]*\)$/, '')
    return durations.has(durationKey(one.at.file, one.name)) ? one : { ...one, name }
  })
  const { cases } = repeatCases({ ...all, cases: known }, SEEDS)
  return { suite: (await planned()).cases, inAll: all.cases.length, cases }
}

/** Not below nothing, which few cases on a busy machine may seem to cost. */
function slope(seconds: number, cases: number): number {
  return Math.max(0, seconds / cases)
}

/** Milliseconds of each shard. */
function loads(cases: PlanCase[], of: number, durations: Durations): number[] {
  const sums = Array<number>(of).fill(0)
  const middle = [...durations.values()].toSorted((a, b) => a - b)[durations.size >> 1]!
  for (const [i, shard] of byDuration(cases, of, durations).entries()) {
    const { at, name } = cases[i]!
    sums[shard]! += durations.get(durationKey(at.file, name)) ?? middle
  }
  return sums
}
