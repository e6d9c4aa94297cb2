/** Scenarios with other people's images in docs/: they are not run, as their images need a registry, but each makes a plan. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatProblem, planOf } from '../harness/testbed.ts'
import { projectFolder } from './cli.ts'

const guide = 'docs/images.md'
const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8')

async function problemsOf(path: string, text: string): Promise<string[]> {
  const made = await planOf([{ path, text }], {}, {}, read)
  return 'problems' in made ? made.problems.map(formatProblem) : []
}

test.each(globSync('docs/examples/*.yaml', { cwd: projectFolder }))('%s', async (path) => {
  expect(await problemsOf(path, read(path))).toEqual([])
  // What it says of itself is in the documentation.
  expect(read(guide)).toContain(path.slice('docs/'.length))
})

const blocks = [...read(guide).matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => text!)

test('the scenarios in docs/images.md', async () => {
  expect(blocks.length).toBeGreaterThan(0)
  for (const text of blocks) expect(await problemsOf(guide, text)).toEqual([])
})
