/** testbed.yaml: what it becomes, and what is said of one that is wrong. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatProblem } from '../plan/problem.ts'
import { readConfig } from './load.ts'
import { TestbedFile } from './schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'testbed-config-'))
const file = join(folder, 'testbed.yaml')
execFileSync('openssl', [
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
  ...['-subj', '/CN=Their root', '-keyout', '/dev/null', '-out', join(folder, 'root.pem')],
])
writeFileSync(join(folder, 'not.pem'), 'nothing')

const read = (text: string, secrets = false) => readConfig(file, `testbed: 1\n${text}`, secrets)
function optionsOf(text: string) {
  const made = read(text)
  if ('problems' in made) throw new Error(made.problems.map(formatProblem).join('\n'))
  return made.config.options
}
function problemsOf(text: string, secrets = false): string[] {
  const made = read(text, secrets)
  return 'problems' in made ? made.problems.map(({ line, message }) => `${line}: ${message}`) : []
}

test('anchors are read, and paths are found beside the file', () => {
  const { systems, tlsRoots, communities } = optionsOf(`
communities: theirs
tlsCa: [root.pem]
actors:
  as: { url: https://as.example, anchors: [root.pem], community: "urn:theirs", allowFaults: true }
  app: { await: true, start: https://app.example/start }
  ana: { username: ana, password: { file: ana.txt } }`)
  expect(systems?.as).toMatchObject({ url: 'https://as.example', allowFaults: true })
  expect(systems?.as?.anchors?.[0]).toMatch(/^MII/)
  expect(systems?.app).toEqual({ await: true, start: 'https://app.example/start' })
  expect(systems?.ana?.password).toEqual({ file: join(folder, 'ana.txt') })
  expect(tlsRoots?.[0]).toContain('BEGIN CERTIFICATE')
  expect(communities).toBe(join(folder, 'theirs'))
})

test.each([
  ['actors: { as: { url: as.example } }', '2: as.example is no URL'],
  [
    'actors: { as: { url: "https://me:secret@as.example" } }',
    '2: the URL of as.example has a user name or a password in it',
  ],
  ['actors: { as: { url: https://a, anchors: [no.pem] } }', /^2: .*no\.pem/],
  ['actors: { as: { url: https://a, anchors: [not.pem] } }', /^2: .*not\.pem/],
  ['tlsCa: [not.pem]', /^2: .*not\.pem holds no certificate/],
  ['authority: nowhere', /^2: .*nowhere/],
  [
    'actors: { as: { url: https://a, serve: { port: 1 } } }',
    '2: serve is for a simulated actor, and as is a real system',
  ],
  [
    'actors: { as: { allowFaults: true } }',
    '2: allowFaults is for a real system, and as is a simulated actor',
  ],
  [
    'actors: { as: { upstream: https://b } }',
    '2: upstream needs the url at which the testbed listens for it',
  ],
  ['actors: { app: { start: https://b } }', '2: start is for a client that comes to us'],
  ['actors: { as: { url: https://a, anchrs: [x] } }', '2: anchrs is not known here'],
  [
    'actors: { ana: { password: secret } }',
    '2: password must be a set of keys with env or file, not "secret"',
  ],
  ['awaitFor: 5m', '2: 5m is no duration'],
])('%s is told with its line', (text, message) => {
  const [problem] = problemsOf(text)
  if (typeof message === 'string') expect(problem).toBe(message)
  else expect(problem).toMatch(message)
})

test('a secret that is not there is told before a run, and not asked for by who only lists', () => {
  const text = 'actors: { ana: { password: { env: TESTBED_NOT_THERE } } }'
  expect(problemsOf(text)).toEqual([])
  expect(problemsOf(text, true)[0]).toMatch(/^2: .*TESTBED_NOT_THERE/)
})

const page = readFileSync(new URL('../../docs/testbed-yaml.md', import.meta.url), 'utf8')
const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []

test('the example of the page is right, but for files that are not there', () => {
  const made = readConfig(file, example, false)
  const problems = 'problems' in made ? made.problems.map(({ message }) => message) : []
  expect(problems.filter((one) => !/\.pem|authority/.test(one))).toEqual([])
})

test('the page tells of every key', () => {
  const { actors, ...own } = TestbedFile.properties
  const [actor] = Object.values(actors.patternProperties)
  const keys = [...Object.keys(own), ...Object.keys(actor!.properties)]
  expect(keys.length).toBeGreaterThan(15)
  for (const key of keys) expect(example).toMatch(new RegExp(`\\b${key}:`))
})
