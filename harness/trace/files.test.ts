import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { evidence, registration } from '../judge/fixture.ts'
import { appendTrace, openFolder, readDocument, readStage, readTrace, writeDocument } from './files.ts'

let folder: string
const { stage, trace } = evidence({ steps: [{ id: 'register', hops: [registration({}, 201)] }] })

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'trace-')), 'out', 'first')
  await openFolder(folder)
})
afterEach(() => rm(join(folder, '..', '..'), { recursive: true }))

const modeOf = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8)

test('what is written is read again', async () => {
  await appendTrace(folder, trace.slice(0, 1))
  await appendTrace(folder, trace.slice(1))
  await writeDocument(folder, 'stage', stage)
  expect(await readTrace(folder)).toEqual(trace)
  expect(await readStage(folder)).toEqual(stage)
})

test('a folder that is opened again starts with an empty trace', async () => {
  await appendTrace(folder, trace)
  await openFolder(folder)
  expect(await readTrace(folder)).toEqual([])
})

test('evidence is for its owner only; nothing half-written is left', async () => {
  await appendTrace(folder, trace)
  await writeDocument(folder, 'stage', stage)
  await writeDocument(folder, 'result', { result: 1, cases: [] })
  expect(await modeOf('.')).toBe('700')
  expect([await modeOf('trace.jsonl'), await modeOf('stage.json'), await modeOf('result.json')]).toEqual([
    '600',
    '600',
    '644',
  ])
  expect((await readdir(folder)).sort()).toEqual(['result.json', 'stage.json', 'trace.jsonl'])
})

test('a trace that was cut says where', async () => {
  await appendTrace(folder, trace)
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
  await expect(readDocument(folder, 'plan')).rejects.toThrow('plan.json:1: not a plan of this testbed')
})
