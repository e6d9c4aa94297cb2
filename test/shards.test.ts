/** A run in parts on several machines, as its user sees it: split, killed, merged, and what merge must notice. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Plan } from '../harness/plan/plan.ts'
import { cli, mainFile, projectFolder, readRun, temporaryFolder } from './cli.ts'
import { comparable } from './comparable.ts'

// Each test starts processes of its own, as an engine would.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const at = (...names: string[]) => join(folder.path, ...names)
/** Ten cases, one of which fails. */
const cases = [
  'test/must-fail/accepts-expired.yaml',
  'scenarios/discovery/community.yaml',
  'scenarios/versions/older-app.yaml',
  ...['--repeat', '2', '--seed', 's'],
]
const OF = 3
const shard = (i: number, ...more: string[]) =>
  cli('run', ...cases, '--shard', `${i}/${OF}`, '--output-dir', at(`shard-${i}`), ...more)
const planOf = (name: string) => JSON.parse(readFileSync(at(name, 'plan.json'), 'utf8')) as Plan
const merge = (...args: string[]) => cli('merge', ...args, '--output-dir', at('merged'))

beforeAll(async () => {
  expect(await cli('run', ...cases, '--output-dir', at('whole'))).toMatchObject({ code: 1, err: '' })
  for (let i = 1; i <= OF; i++) expect((await shard(i, '--durations', at('whole'))).err).toBe('')
})

/** The parts again, for a test that spoils them. */
function parts(name: string): string {
  for (let i = 1; i <= OF; i++) cpSync(at(`shard-${i}`), at(name, `shard-${i}`), { recursive: true })
  return at(name)
}

it('merges to what one process gives, apart from times, and judged again it is the same', async () => {
  const merged = await merge(...[3, 1, 2].map((i) => at(`shard-${i}`)), '--reporter', 'list,junit,markdown')
  expect(merged).toMatchObject({ code: 1, err: '' })
  const [whole, whole2] = [readRun(at('whole')), readRun(at('merged'))]
  expect(comparable(whole2.result)).toEqual(comparable(whole.result))
  expect(planOf('merged')).toEqual(planOf('whole'))
  expect(whole2.stage.cases.map((one) => one.case)).toEqual(whole.stage.cases.map((one) => one.case))
  expect(whole2.stage.digests).toEqual(whole.stage.digests)
  expect(whole2.trace).toHaveLength(whole.trace.length)
  for (const name of ['coverage.csv', 'coverage.md']) {
    expect(readFileSync(at('merged', name), 'utf8')).toBe(readFileSync(at('whole', name), 'utf8'))
  }
  for (const name of ['junit.xml', 'report.md']) expect(existsSync(at('merged', name)), name).toBe(true)
  expect(existsSync(at('merged', 'unfinished'))).toBe(false)
  const again = await cli('judge', at('merged'), '--quiet')
  expect(again.out).toContain('Same as the saved result.')
})

it('is split by measured time: no part is far above its share', () => {
  const { result } = readRun(at('whole'))
  const ms = new Map(result.cases.map((one) => [one.id, one.ms]))
  const loads = [1, 2, 3].map((i) => planOf(`shard-${i}`).cases.reduce((sum, { id }) => sum + ms.get(id)!, 0))
  const least = Math.max(loads.reduce((sum, load) => sum + load) / OF, ...ms.values())
  expect(Math.max(...loads)).toBeLessThanOrEqual(least * (4 / 3))
})

it('takes its index from the engine that started it, and a folder of its own; it may have no case', async () => {
  const job = async (env: Record<string, string>) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const flags = ['--shard', 'job/40', '--durations', at('whole'), '--output-dir', at('job')]
    const ended = await cli('run', ...cases, ...flags)
    vi.unstubAllEnvs()
    return ended
  }
  const last = await job({ JOB_COMPLETION_INDEX: '39' })
  expect(last).toMatchObject({ code: 0, err: 'Shard 40/40 has none of the 10 cases.\n' })
  const { result, trace } = readRun(at('job', 'shard-40'))
  expect([result.summary.cases, trace.length]).toEqual([0, 0])
  expect(planOf('job/shard-40').shard).toMatchObject({ index: 40, of: 40 })
  expect(await job({})).toMatchObject({ code: 2, err: expect.stringContaining('neither is set') })
})

it('splits by a hash as long as there are no durations, and says so', async () => {
  const ended = await cli('run', ...cases, '--shard', '1/3', '--list', '--durations', at('nowhere'))
  expect(ended).toMatchObject({
    code: 0,
    err: `--durations ${at('nowhere')}: there is no such file; the parts are made by a hash.\n`,
  })
  expect(await cli('run', ...cases, '--durations', at('whole'))).toMatchObject({ code: 2 })
})

it('a worker that is killed leaves no part; run again it is merged once', async () => {
  const again = parts('killed')
  const args = [
    'run',
    ...cases,
    '--shard',
    `2/${OF}`,
    '--durations',
    at('whole'),
    '--output-dir',
    join(again, 'shard-2'),
  ]
  const worker = spawn(process.execPath, [mainFile, ...args], { cwd: projectFolder })
  await once(worker.stdout, 'data')
  worker.kill('SIGKILL')
  await once(worker, 'close')
  expect(await merge(again)).toMatchObject({
    code: 2,
    err: expect.stringContaining(`Shard 2/3 in ${join(again, 'shard-2')} still runs or was cut short`),
  })
  await cli(...args)
  expect(await merge(again)).toMatchObject({ code: 1, err: '' })
  expect(comparable(readRun(at('merged')).result)).toEqual(comparable(readRun(at('whole')).result))
})

it('two workers of one shard at once: one fails and says why, the other one is whole', async () => {
  const both = await Promise.all([shard(2, '--durations', at('whole')), shard(2, '--durations', at('whole'))])
  expect(both.map(({ code }) => code).sort()).toEqual([expect.any(Number), 3])
  expect(both.find(({ code }) => code === 3)!.err).toMatch(
    /another run took this folder and (goes on|has finished)/,
  )
  expect(await merge(...[1, 2, 3].map((i) => at(`shard-${i}`)))).toMatchObject({ code: 1, err: '' })
})

it('notices what is missing, there twice, of another run or no part, each by its shard and folder', async () => {
  const problems = async (...folders: string[]) => {
    const { code, err } = await merge(...folders)
    expect(code).toBe(2)
    expect(err).toMatch(/\nNothing was merged\.\n$/)
    return err
  }
  const [one, two, three] = [1, 2, 3].map((i) => at(`shard-${i}`)) as [string, string, string]
  expect(await problems(one, three)).toContain(`Shard 2/3 is missing: it is not in ${one}, ${three}.`)
  expect(await problems(one, two, two, three)).toContain(
    `Shard 2/3 is there 2 times, in ${two} and in ${two};`,
  )
  expect(await problems(one, two, at('whole'))).toContain(
    `${at('whole')}: no part of a run: that had no --shard.`,
  )
  expect(await problems(one, at('nowhere'))).toContain(`${at('nowhere')}: there is no such folder.`)
  expect(await problems(one, projectFolder)).toContain('it has no plan.json')

  const other = at('other')
  await cli('run', ...cases, '--shard', '2/3', '--output-dir', other)
  expect(await problems(one, other, three)).toContain(
    `Shard 2/3 in ${other} is of another split than Shard 1/3 in ${one}`,
  )

  const spoilt = parts('spoilt')
  const change = (name: string, file: string, from: string | RegExp, to: string) => {
    const path = join(spoilt, name, file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
  }
  change('shard-1', 'stage.json', /"requirements\.yaml": "\w+"/, '"requirements.yaml": "0"')
  change('shard-2', 'stage.json', /"version": "[^"]+"/, '"version": "0.0.1"')
  const said = await problems(spoilt)
  expect(said).toContain(
    `in ${join(spoilt, 'shard-1')} was judged by another spec/requirements.yaml than Shard 2/3`,
  )
  expect(said).toContain(`in ${join(spoilt, 'shard-2')} was run by udap-testbed 0.0.1`)

  const cut = parts('cut')
  rmSync(join(cut, 'shard-3', 'result.json'))
  expect(await problems(cut)).toBe(
    `Shard 3/3 in ${join(cut, 'shard-3')} was cut short (it has no result.json); run that shard again.\nNothing was merged.\n`,
  )
  cpSync(three, join(cut, 'shard-3'), { recursive: true })
  cpSync(join(two, 'trace.jsonl'), join(cut, 'shard-3', 'trace.jsonl'))
  expect(await problems(cut)).toContain(
    `Shard 3/3 in ${join(cut, 'shard-3')} has a trace.jsonl that is not of the same run`,
  )
  expect(existsSync(at('merged', 'result.json'))).toBe(false)
  const own = await cli('merge', one, two, three, '--output-dir', two)
  expect(own).toMatchObject({
    code: 2,
    err: expect.stringContaining(`Shard 2/3 in ${two} would be overwritten`),
  })
})
