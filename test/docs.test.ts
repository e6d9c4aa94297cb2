/** What the documentation shows is a scenario, or steps of one. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readText } from '../harness/cli/files.ts'
import { formatProblem, planOf } from '../harness/testbed.ts'
import { projectFolder } from './cli.ts'

const cast = `scenario: 1
name: Steps of a document
actors:
  ca: { kind: certificate-authority }
  as: { kind: authorization-server }
  fhir: { kind: resource-server }
  app: { kind: client-app }
steps:
`

const examples = globSync('docs/*.md', { cwd: projectFolder }).flatMap((file) =>
  [...readFileSync(join(projectFolder, file), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)]
    .map(([, text = '']) => (text.startsWith('- {') ? cast + text : text))
    .filter((text) => text.startsWith('scenario: 1'))
    .map((text, i) => ({ name: `${file}, example ${i + 1}`, text })),
)

it('there are some', () => expect(examples.length).toBeGreaterThanOrEqual(3))

it.each(examples)('$name', async ({ text }) => {
  const made = await planOf([{ path: 'scenarios/b2b/example.yaml', text }], {}, {}, readText)
  expect('problems' in made ? made.problems.map(formatProblem) : []).toEqual([])
})
