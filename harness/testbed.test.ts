import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import {
  judgeFolder,
  type Plan,
  type PlanOptions,
  planOf,
  root,
  runScenarios,
  type Watcher,
} from './testbed.ts'

// Some tests start whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

/** Every process that the testbed starts, so that a test can kill one. */
const children: ChildProcess[] = vi.hoisted(() => [])
vi.mock('node:child_process', async (original) => {
  const real = await original<typeof import('node:child_process')>()
  const kept = <T extends ChildProcess>(child: T) => {
    children.push(child)
    return child
  }
  return {
    ...real,
    spawn: (...args: Parameters<typeof real.spawn>) => kept(real.spawn(...args)),
    fork: (...args: Parameters<typeof real.fork>) => kept(real.fork(...args)),
  }
})
beforeEach(() => {
  children.length = 0
})

const folder = await mkdtemp(join(tmpdir(), 'testbed-'))
afterAll(() => rm(folder, { recursive: true }))
const shipped = fileURLToPath(new URL('scenarios/b2b/client-credentials.yaml', root))
/** An expectation of it, which a test replaces. */
const EXPECTED = '- noHop: { from: app, to: as }'
const read = (path: string) => readFileSync(path, 'utf8')

async function planned(text = read(shipped), options: PlanOptions = {}): Promise<Plan> {
  const made = await planOf([{ path: shipped, text }], options, {}, read)
  if ('problems' in made) throw new Error(JSON.stringify(made.problems))
  return made.plan
}
const watching = (more: Partial<Watcher>): Watcher => ({
  started() {},
  step() {},
  waiting() {},
  waited() {},
  ended() {},
  retrying() {},
  ...more,
})
/** The shipped scenario with one thing changed. */
const changed = (before: string, after: string) => read(shipped).replace(before, after)

test('the shipped scenario passes; its files are written, and judged again they give the same', async () => {
  const { result } = await runScenarios(await planned(), { folder })
  expect(result.summary).toMatchObject({ cases: 1, passed: 1, steps: 4 })
  expect(result.cases[0]!.hops.every((hop) => hop.sides.length === 2)).toBe(true)
  for (const name of ['plan.json', 'stage.json', 'trace.jsonl']) {
    expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0)
  }
  const again = await judgeFolder(folder)
  expect(again.same).toBe(true)
  expect(again.changed).toEqual([])
  expect(again.result).toEqual(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')))
})

test('the same scenario with every actor in a process of its own', async () => {
  const { result, stage } = await runScenarios(await planned(undefined, { place: 'process' }), { folder })
  expect(result.cases[0]).toMatchObject({ verdict: 'passed' })
  expect(Object.values(stage.cases[0]!.actors).map((actor) => actor.place)).toEqual(Array(4).fill('process'))
  expect(children).toHaveLength(4)
  for (const child of children) expect(child.exitCode ?? child.signalCode).not.toBeNull()
})

test('an actor process that is killed: the case is errored and names the actor', async () => {
  const text = changed('app: { kind: client-app,', 'app: { kind: client-app, place: process,')
  const watcher = watching({
    step: (_, step) => {
      if (step === 'token') children[0]!.kill('SIGKILL')
    },
  })
  const { result, trace } = await runScenarios(await planned(text), { folder, watcher })
  expect(result.cases[0]).toMatchObject({
    verdict: 'errored',
    reason: expect.stringContaining('actor "app" was ended by SIGKILL'),
  })
  expect(result.cases[0]!.steps.map((step) => step.verdict)).toEqual([
    'passed',
    'passed',
    'errored',
    'skipped',
  ])
  expect(trace.some((half) => half.step === 'register')).toBe(true)
})

test('worker processes run the cases, and end', async () => {
  const one = await planned()
  const plan = { ...one, cases: ['c1', 'c2', 'c3'].map((id) => ({ ...one.cases[0]!, id })) }
  const { result } = await runScenarios(plan, { folder, workers: 2 })
  expect(result.cases.map((each) => [each.id, each.verdict])).toEqual([
    ['c1', 'passed'],
    ['c2', 'passed'],
    ['c3', 'passed'],
  ])
  expect(children).toHaveLength(2)
  expect(children.map((child) => child.exitCode)).toEqual([0, 0])
})

test('a worker that dies: its open cases are errored, and so is what nobody is left to run', async () => {
  const one = await planned()
  const plan = { ...one, cases: Array.from({ length: 6 }, (_, i) => ({ ...one.cases[0]!, id: `c${i + 1}` })) }
  const watcher = watching({ step: () => children[0]!.kill('SIGKILL') })
  const { result } = await runScenarios(plan, { folder, workers: 1, watcher })
  expect(result.summary).toMatchObject({ cases: 6, errored: 6 })
  expect(result.cases[0]!.reason).toContain('Worker process 1 was ended by SIGKILL')
  expect(result.cases[5]!.reason).toContain('No worker process was left')
})

test('bail: after a case that failed no other is started', async () => {
  const one = await planned(changed(EXPECTED, '- status: 299'))
  const plan = { ...one, cases: Array.from({ length: 9 }, (_, i) => ({ ...one.cases[0]!, id: `c${i + 1}` })) }
  const { result } = await runScenarios(plan, { folder, bail: 1 })
  const { failed, skipped } = result.summary
  expect(failed + skipped).toBe(9)
  expect(failed).toBeGreaterThan(0)
  expect(skipped).toBeGreaterThan(0)
})

test('retries: what failed is run again under ids of its own, and all evidence is kept', async () => {
  const good = await planned()
  const bad = await planned(changed(EXPECTED, '- status: 299'))
  const plan = { ...good, cases: [good.cases[0]!, { ...bad.cases[0]!, id: 'c2' }] }
  const again: string[][] = []
  const watcher = watching({ retrying: (cases) => again.push(cases.map(({ id }) => id)) })
  const { result, stage, trace } = await runScenarios(plan, { folder, retries: 2, bail: 1, watcher })
  expect(again).toEqual([['c2-r2'], ['c2-r3']])
  expect(result.cases.map(({ id, verdict, attempts }) => [id, verdict, attempts])).toEqual([
    ['c1', 'passed', 1],
    ['c2-r3', 'failed', 3],
  ])
  expect(stage.cases.map((one) => one.case)).toEqual(['c1', 'c2', 'c2-r2', 'c2-r3'])
  expect(new Set(trace.map((half) => half.case))).toEqual(new Set(['c1', 'c2', 'c2-r2', 'c2-r3']))
  expect(await judgeFolder(folder)).toMatchObject({ same: true })
})

test('files of an earlier run do not stay beside those of a later one', async () => {
  await runScenarios(await planned(), { folder })
  const interrupt = new AbortController()
  interrupt.abort()
  const { result, trace } = await runScenarios(await planned(), { folder, signal: interrupt.signal })
  expect(result.cases[0]!.verdict).toBe('skipped')
  expect(trace).toEqual([])
})
