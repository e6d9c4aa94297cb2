import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { evidence, judge, registration } from '../judge/fixture.ts'
import { planActor } from '../run/fixture.ts'
import { traceByCase } from './by-case.ts'
import { readDocument, readStage, readTrace, writeDocument } from './files.ts'
import { RunFolder } from './folder.ts'

let folder: string
let taken: RunFolder
const run = evidence({ steps: [{ id: 'register', hops: [registration({}, 201)] }] })
const { plan, stage, trace } = run

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'trace-')), 'out', 'first')
  taken = await RunFolder.take(folder)
})
afterEach(async () => {
  await taken[Symbol.asyncDispose]()
  await rm(join(folder, '..', '..'), { recursive: true })
})

const modeOf = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8)

test('what is written is read again', async () => {
  await taken.append(trace.slice(0, 1))
  await taken.append(trace.slice(1))
  await writeDocument(folder, 'stage', stage)
  expect(await readTrace(folder)).toEqual(trace)
  expect(await readStage(folder)).toEqual(stage)
})

test('a line ends at a line feed and nowhere else, whatever went over the wire', async () => {
  const odd = { ...trace[0]!, request: { ...trace[0]!.request!, body: 'a\u2028b\u2029c\rd\u0085é' } }
  await taken.append([odd, ...trace])
  expect(await readTrace(folder)).toEqual([odd, ...trace])
})

test('a trace is read a case at a time', async () => {
  const other = trace.map((half) => ({ ...half, case: 'c2', actor: 'é\u2028' }))
  await taken.append([trace[0]!, ...other, ...trace.slice(1)])
  const { halvesOf, outline } = await traceByCase(folder)
  expect(halvesOf('c2')).toEqual(other)
  expect(halvesOf(trace[0]!.case)).toEqual(trace)
  expect(halvesOf('c3')).toEqual([])
  expect(outline.map(({ id }) => id)).toEqual([trace[0]!, ...other, ...trace.slice(1)].map(({ id }) => id))
  expect(outline.some((half) => 'request' in half || 'response' in half)).toBe(false)
})

test('evidence is for its owner only; nothing half-written is left', async () => {
  await taken.append(trace)
  await writeDocument(folder, 'stage', stage)
  await writeDocument(folder, 'result', { result: 1, cases: [] })
  expect(await modeOf('.')).toBe('700')
  expect([await modeOf('trace.jsonl'), await modeOf('stage.json'), await modeOf('result.json')]).toEqual([
    '600',
    '600',
    '644',
  ])
  await taken.finish()
  expect((await readdir(folder)).sort()).toEqual(['result.json', 'stage.json', 'trace.jsonl'])
})

test('a trace that was cut says where', async () => {
  await taken.append(trace)
  const file = join(folder, 'trace.jsonl')
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, -20))
  await expect(readTrace(folder)).rejects.toThrow(`${file}:2: the last line is cut short`)
})

test('a line of the trace that is broken or no half-hop says which', async () => {
  const file = join(folder, 'trace.jsonl')
  await writeFile(file, `${JSON.stringify(trace[0])}\n{"id": oops}\n`)
  await expect(readTrace(folder)).rejects.toThrow(`${file}:2: not valid JSON: Unexpected token 'o'`)
  await writeFile(file, `${JSON.stringify(trace[0])}\n${JSON.stringify(trace[1])}\n{"id":"x"}\n`)
  await expect(readTrace(folder)).rejects.toThrow(`${file}:3: not a half-hop: \`side\` is missing`)
})

test('a stage that is broken says in which line', async () => {
  await writeDocument(folder, 'stage', stage)
  const file = join(folder, 'stage.json')
  const lines = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, lines.slice(0, 5).join('\n'))
  await expect(readStage(folder)).rejects.toThrow(`${file}:5: not valid JSON`)
  await writeFile(file, lines.with(3, `${lines[3]}}`).join('\n'))
  await expect(readStage(folder)).rejects.toThrow(`${file}:4: not valid JSON`)
})

test('another file in its place, or none, says so', async () => {
  await expect(readDocument(folder, 'plan')).rejects.toThrow(
    `${join(folder, 'plan.json')}: there is no such file`,
  )
  await writeFile(join(folder, 'plan.json'), '{"log": {}}')
  await expect(readDocument(folder, 'plan')).rejects.toThrow(
    'plan.json: not a plan of this testbed: `plan` is missing',
  )
})

describe('a file that was changed by hand names the field', () => {
  type Change = (value: JsonObject) => void
  /** What the reader says of a copy in which one thing is changed. */
  async function said(name: 'plan' | 'stage' | 'result', value: object, change: Change): Promise<string> {
    const copy = JSON.parse(JSON.stringify(value))
    change(copy)
    await writeDocument(folder, name, copy)
    const message = await readDocument(folder, name).then(String, (error: Error) => error.message)
    return message.replace(`${join(folder, name)}.json: not a ${name} of this testbed: `, '')
  }
  const first = (value: JsonObject, ...keys: string[]) =>
    keys.reduce<JsonObject>((at, key) => (Array.isArray(at[key]) ? at[key][0] : at[key]) as JsonObject, value)

  test.each<[string, Change]>([
    ['`cases[0].seed` is missing', (value) => delete first(value, 'cases').seed],
    ['`cases[0].sede` is not known here', (value) => Object.assign(first(value, 'cases'), { sede: 'x' })],
    ['`cases[0].ms` must be a number, not "1"', (value) => Object.assign(first(value, 'cases'), { ms: '1' })],
    ['`cases` must be a list, not an object', (value) => Object.assign(value, { cases: {} })],
    ['`stage` must be 1, not 2', (value) => Object.assign(value, { stage: 2 })],
    [
      '`cases[0].steps[0].state` must be "ran" or "skipped" or "errored", not "run"',
      (value) => Object.assign(first(value, 'cases', 'steps'), { state: 'run' }),
    ],
    [
      '`cases[0].startedAt` cannot be "yesterday" (Real time, ISO 8601',
      (value) => Object.assign(first(value, 'cases'), { startedAt: 'yesterday' }),
    ],
    [
      '`cases[0].clockOffsetMs` must be <= 8000000000000000',
      (value) => Object.assign(first(value, 'cases'), { clockOffsetMs: 1e300 }),
    ],
    [
      '`cases[0].actors.as.url` must be text, not null',
      (value) => Object.assign(first(value, 'cases', 'actors', 'as'), { url: null }),
    ],
    [
      '`cases[0].actors.a b` must be an object, not 5',
      (value) => Object.assign(first(value, 'cases', 'actors'), { 'a\nb': 5 }),
    ],
  ])('stage: %s', async (words, change) => {
    expect(await said('stage', stage, change)).toContain(words)
  })

  test('plan and result', async () => {
    const actor = planActor('app', 'client-app')
    const withActor = { plan: 1, cases: [{ ...plan.cases[0]!, actors: [actor] }] }
    expect(
      await said('plan', withActor, (value) =>
        Object.assign(first(value, 'cases', 'actors'), { place: 'elsewhere' }),
      ),
    ).toContain(
      '`cases[0].actors[0].place` must be "in-process" or "process" or "container" or an object, not "elsewhere". The file was changed',
    )
    expect(
      await said('result', judge(run), (value) => Object.assign(first(value, 'cases'), { verdict: 'green' })),
    ).toContain('`cases[0].verdict` must be "passed" or "failed" or "skipped" or "errored", not "green"')
  })

  test('trace, with its line', async () => {
    const file = join(folder, 'trace.jsonl')
    const half = { ...trace[1]!, request: { ...trace[1]!.request!, headers: { accept: 1 } } }
    await writeFile(file, `${JSON.stringify(trace[0])}\n${JSON.stringify(half)}\n`)
    await expect(readTrace(folder)).rejects.toThrow(
      `${file}:2: not a half-hop: \`request.headers.accept\` must be text, not 1. The file was changed`,
    )
  })

  test('and cannot command the terminal', async () => {
    const key = '\u001b[2J\u009b1m'
    const message = await said('stage', stage, (value) => Object.assign(value, { [key]: 1 }))
    expect(message).toContain('` [2J 1m` is not known here')
  })
})
