/**
 * Scenarios that are wrong: each message word for word, as it stands beside the scenario. After a change of words
 * `npm test -- must-fail -u` writes them anew; read each aloud then.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { formatProblem, planOf } from '../harness/testbed.ts'
import { cli, projectFolder, temporaryFolder } from './cli.ts'

const folder = 'test/must-fail/plan'
const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8')
const names = globSync(`${folder}/*.yaml`, { cwd: projectFolder })
  .map((file) => file.slice(folder.length + 1, -'.yaml'.length))
  .sort()

async function messagesOf(path: string, text: string): Promise<string> {
  const made = await planOf([{ path, text }], {}, {}, read)
  return 'problems' in made ? `${made.problems.map(formatProblem).join('\n')}\n` : 'a plan was made'
}

test('there are enough of them, and no message is left without its scenario', () => {
  expect(names.length).toBeGreaterThanOrEqual(25)
  const messages = globSync(`${folder}/*.txt`, { cwd: projectFolder })
  expect(messages.sort()).toEqual(names.map((name) => `${folder}/${name}.txt`))
})

test.each(names)('%s', async (name) => {
  const path = `${folder}/${name}.yaml`
  const messages = await messagesOf(path, read(path))
  expect(messages).toMatch(new RegExp(`^${path}:\\d+:\\d+: `))
  await expect(messages).toMatchFileSnapshot(join(projectFolder, `${folder}/${name}.txt`))
})

test('a file of 50 MB is refused at once, whatever is in it', async () => {
  const began = performance.now()
  const text = `scenario: 1\nname: ${'[ '.repeat(25 * 1024 * 1024)}`
  expect(await messagesOf('big.yaml', text)).toBe('big.yaml:1:1: the file is larger than 1 MiB\n')
  expect(performance.now() - began).toBeLessThan(5_000)
})

describe('from the command line', { timeout: 60_000 }, () => {
  it.each(['unknown-action', 'empty', 'not-utf-8', 'alias-bomb'])(
    '%s starts nothing and exits 2',
    async (name) => {
      using out = temporaryFolder()
      const output = join(out.path, 'out')
      const ran = await cli('run', `${folder}/${name}.yaml`, '--output-dir', output)
      expect(ran).toMatchObject({ code: 2, out: '' })
      expect(ran.err).toBe(`${read(`${folder}/${name}.txt`)}1 problem; nothing was started.\n`)
      expect(existsSync(output)).toBe(false)
    },
  )

  it('a file of 50 MB as well', async () => {
    using out = temporaryFolder()
    const file = join(out.path, 'big.yaml')
    writeFileSync(file, Buffer.alloc(50 * 1024 * 1024, '# '))
    const ran = await cli('run', file)
    expect(ran.code).toBe(2)
    expect(ran.err).toBe(`${file}:1:1: the file is larger than 1 MiB\n1 problem; nothing was started.\n`)
  })
})
