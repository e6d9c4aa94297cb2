/** A newcomer's walk through the pages, command by command. */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFolder } from './cli.ts'
import { blocksOf, followPage } from './pages.ts'

const pages = globSync('docs/*.md', { cwd: projectFolder }).filter((page) =>
  /^```sh/m.test(readFileSync(join(projectFolder, page), 'utf8')),
)

test('there are some', () => expect(pages.length).toBeGreaterThanOrEqual(3))

test.concurrent.each(pages)('%s', { timeout: 120_000 }, async (page) => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'))
  try {
    await followPage(page, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a block that does not go as printed is named by page and line', () => {
  const [block] = blocksOf('# A page\n\n```sh exit=1\nfalse\n```\n')
  expect(block).toEqual({ language: 'sh', marks: { exit: '1' }, text: 'false\n', line: 3 })
})
