import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readStage, readTrace } from '../trace/files.ts'
import { RunFolder } from '../trace/folder.ts'
import type { RunEvent } from './events.ts'
import { fakeKit, planCase, planStep } from './fixture.ts'
import { type RunOptions, run } from './run.ts'

const folder = await mkdtemp(join(tmpdir(), 'testbed-run-'))
afterAll(() => rm(folder, { recursive: true }))
const { actorOf, versions } = await fakeKit()
const basics = {
  actorOf,
  versions,
  testbed: { version: '0', node: 'v0' },
  digests: { 'x.yaml': 'abc' },
  image: 'none',
}

const ask = (path: string, id = 'ask') =>
  planStep(id, 'fake/get', { with: { url: `\${{ actors.fhir.url }}${path}` } })
const cases = (count: number, path = '/greet?please') =>
  Array.from({ length: count }, (_, index) => planCase([ask(path)], { id: `c${index + 1}` }))

async function ran(options: Omit<Partial<RunOptions>, 'folder'> & { cases: ReturnType<typeof cases> }) {
  await using taken = await RunFolder.take(folder)
  const events: RunEvent[] = []
  const { cases: planned, ...more } = options
  const stage = await run(
    { plan: 1, cases: planned },
    { ...basics, folder: taken, onEvent: (event) => events.push(event), ...more },
  )
  return { stage, events, trace: await readTrace(folder) }
}

test('cases side by side: every hop under its own case, the stage in plan order, both on disk', async () => {
  const { stage, trace } = await ran({ cases: cases(6), concurrency: 3 })
  expect(stage.cases.map((one) => one.case)).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6'])
  expect(stage.cases.every((one) => one.broke === undefined)).toBe(true)
  expect(trace).toHaveLength(12)
  for (const half of trace) expect(half.request!.url).toContain(`fhir-${half.case}.localhost`)
  expect(await readStage(folder)).toEqual(JSON.parse(JSON.stringify(stage)))
  expect(stage).toMatchObject({ stage: 1, testbed: { version: '0' }, digests: { 'x.yaml': 'abc' } })
})

test('never more cases at a time than asked for', async () => {
  let open = 0
  let most = 0
  await ran({
    cases: cases(5),
    concurrency: 2,
    onEvent: (event) => {
      if (event.type === 'case-started') most = Math.max(most, ++open)
      if (event.type === 'case-ended') open--
    },
  })
  expect(most).toBe(2)
})

test('the trace holds a step as soon as it has ended', async () => {
  const { promise: seen, resolve } = Promise.withResolvers<number>()
  await ran({
    cases: [planCase([ask('/greet', 'one'), planStep('two', 'fake/forever', { timeoutMs: 200 })])],
    onEvent: (event) => {
      if (event.type === 'step-started' && event.step === 'two') {
        setTimeout(() => void readTrace(folder).then((trace) => resolve(trace.length)), 100)
      }
    },
  })
  expect(await seen).toBe(2)
})

test('enough: what runs comes to its end, nothing else starts', async () => {
  const enough = new AbortController()
  const { stage } = await ran({
    cases: cases(4),
    concurrency: 1,
    enough: enough.signal,
    onEvent: (event) => {
      if (event.type === 'step-started' && event.case === 'c2') enough.abort()
    },
  })
  expect(stage.cases.map((one) => [one.case, one.broke])).toEqual([
    ['c1', undefined],
    ['c2', undefined],
  ])
})

test('an interrupt breaks the open cases, and stage.json is written all the same', async () => {
  const interrupt = new AbortController()
  const { stage } = await ran({
    cases: cases(3, '/hang'),
    concurrency: 2,
    signal: interrupt.signal,
    onEvent: (event) => {
      if (event.type === 'step-started' && event.case === 'c2') interrupt.abort()
    },
  })
  expect(stage.cases.map((one) => one.case)).toEqual(['c1', 'c2'])
  expect(stage.cases.every((one) => one.broke?.message === 'interrupted')).toBe(true)
  expect((await readStage(folder)).cases).toHaveLength(2)
})

test('a trace that cannot be written fails the run instead of going missing', async () => {
  const closed = await RunFolder.take(join(folder, 'closed'))
  await closed[Symbol.asyncDispose]()
  const running = run({ plan: 1, cases: cases(1) }, { ...basics, folder: closed })
  await expect(running).rejects.toThrow('file closed')
})

test('every actor is told where files are kept', async () => {
  const told: (string | undefined)[] = []
  const telling: RunOptions['actorOf'] = async (kind) => {
    const actor = await actorOf(kind)
    return {
      ...actor,
      start: (context, w, host) => {
        told.push(context.folder)
        return actor.start(context, w, host)
      },
    }
  }
  await ran({ cases: cases(1), actorOf: telling })
  expect(told).toEqual([folder, folder, folder])
})
