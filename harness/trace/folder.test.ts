import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { evidence, registration } from '../judge/fixture.ts'
import { readStage, readTrace } from './files.ts'
import { FolderTaken, isUnfinished, RunFolder } from './folder.ts'

const { stage, trace } = evidence({ steps: [{ id: 'register', hops: [registration({}, 201)] }] })
let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'testbed-folder-'))
})
afterEach(() => rm(path, { recursive: true }))

test('a folder that is taken again holds nothing of the run before', async () => {
  {
    await using first = await RunFolder.take(path)
    await first.append(trace)
    await first.write('stage', stage)
    await first.write('result', { result: 1 })
    await first.finish()
  }
  expect(isUnfinished(path)).toBe(false)
  await using second = await RunFolder.take(path)
  expect(await readTrace(path)).toEqual([])
  expect((await readdir(path)).sort()).toEqual(['trace.jsonl', 'unfinished'])
  await second.finish()
  expect(isUnfinished(path)).toBe(false)
})

test('two at once: the later one has it, and nothing of the earlier one gets in', async () => {
  await using first = await RunFolder.take(path)
  await first.append(trace.slice(0, 1))
  await using second = await RunFolder.take(path)
  await first.append(trace.slice(0, 1))
  await second.append(trace)
  await expect(first.write('stage', stage)).rejects.toThrow(FolderTaken)
  await expect(first.write('stage', stage)).rejects.toThrow(
    /another run took this folder and goes on \(.*process \d+/,
  )
  await second.write('stage', stage)
  await second.finish()
  await expect(first.finish()).rejects.toThrow('another run took this folder and has finished')
  expect(await readTrace(path)).toEqual(trace)
  expect(await readStage(path)).toEqual(stage)
})

test('documents that are written case by case have the same text', async () => {
  await using folder = await RunFolder.take(path)
  const text = async (name: string) => (await import('node:fs/promises')).readFile(join(path, name), 'utf8')
  const cases = [{ name: 'one\n  "cases": []', list: [] }, { name: 'two' }]
  for (const some of [[], cases.slice(1), cases]) {
    const whole = { stage: 1, cases: some, after: { x: '"cases": []' } }
    await folder.write('stage', whole)
    const wanted = await text('stage.json')
    await folder.writeCases('stage', { ...whole, cases: [] }, some)
    expect(await text('stage.json')).toBe(wanted)
  }
})

test("leaves the mode of a folder that was there alone: it may be somebody else's, or the current one", async () => {
  await chmod(path, 0o755)
  await writeFile(join(path, 'mine.txt'), 'kept')
  await using folder = await RunFolder.take(path)
  expect((await stat(path)).mode & 0o777).toBe(0o755)
  expect(await readdir(path)).toContain('mine.txt')
  await folder.finish()
})
