/** docs/communities.md, followed to the letter: the community that it builds exists nowhere else. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { cli, projectFolder, readRun, temporaryFolder } from './cli.ts'

vi.setConfig({ testTimeout: 120_000 })

const page = readFileSync(join(projectFolder, 'docs/communities.md'), 'utf8')
/** Each file that the page names with the block after its name. */
const files = [...page.matchAll(/`([\w./-]+\.(?:yaml|json))`[^`]*^```(?:yaml|json)\n(.*?)^```$/gms)].map(
  ([, file = '', text = '']) => ({ file, text }),
)
const commands = [...page.matchAll(/^npm run testbed -- (.*)$/gm)].map(([, line = '']) => line.split(' '))

function builtIn(folder: string) {
  for (const { file, text } of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const at = (word: string) => (/^county-|^communities$/.test(word) ? join(folder, word) : word)
  return (words: string[]) => cli(...words.map(at))
}

it('has a block for each file that it names', () => {
  expect(files.map(({ file }) => file)).toEqual([
    'communities/county.yaml',
    'communities/county-referral.schema.json',
    'county-referral.yaml',
    'county-refused.yaml',
  ])
  expect(commands.map(([name]) => name)).toEqual(['validate', 'run'])
})

it('builds a community that runs, and refuses what it should', async () => {
  using folder = temporaryFolder()
  const run = builtIn(folder.path)
  const [validate, start] = commands as [string[], string[]]
  expect(await run(validate)).toMatchObject({ code: 0 })
  const out = join(folder.path, 'out')
  const ended = await run([...start, '--output-dir', out])
  expect(ended.out).toContain('2 passed')
  expect(ended.code).toBe(0)
  const { result } = readRun(out)
  const said = result.cases.flatMap(({ rules }) => rules.flatMap(({ findings }) => findings))
  expect(said.map(({ expected, seen }) => `expected ${expected}, saw ${seen}`)).toContain(
    /^expected purpose_of_use .*$/m.exec(page)?.[0],
  )
  // The same without the files of the definition.
  writeFileSync(join(folder.path, 'communities/county.yaml'), '')
  const again = await cli('judge', out)
  expect(again.out).toContain('2 passed')
})
