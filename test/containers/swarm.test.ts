/** deploy/swarm/study.sh for real, on a swarm of one node: the whole suite in shards is what one process makes of it. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Ended, projectFolder, readRun, temporaryFolder } from '../cli.ts'
import { comparable } from '../comparable.ts'
import { suiteRun } from '../suite.ts'
import { docker, image, leftBehind, needDocker } from './docker.ts'
import { until } from './testbed.ts'

const STUDY_S = 780
const SUITE_MS = 900_000

needDocker()

/** A swarm that is there stays; one that is made for these tests goes. */
let made = false
beforeAll(async () => {
  if (inject('noDocker') !== '') return
  made = (await docker('info', '--format', '{{.Swarm.LocalNodeState}}')) === 'inactive'
  if (made) await docker('swarm', 'init', '--advertise-addr', '127.0.0.1')
})
afterAll(async () => {
  if (made) await docker('swarm', 'leave', '--force')
})

test('the whole suite in 4 shards, one of them killed, is what one process makes of it', {
  timeout: SUITE_MS,
}, async () => {
  const one = await suiteRun()
  using folder = temporaryFolder()
  const ended = study('4', folder.path, 'scenarios', '--seed', 'prove', '--workers', '1', '--quiet')
  await until('all shards have begun', () => shardsIn(folder.path, 'unfinished').length === 4)
  const [victim] = await containers()
  await docker('kill', victim!)
  const { code, out, err } = await ended
  expect({ code, out, err }).toMatchObject({
    code: 0,
    out: expect.stringContaining('4 of 4 shards complete'),
  })
  expect(err.match(/A task has ended .*137/g)).toHaveLength(1)
  const [theirs, ours] = [one, join(folder.path, 'merged')].map(
    (path) => comparable(readRun(path).result) as { cases: object[] },
  )
  // Case by case, so that a difference can be read.
  for (const [i, each] of theirs!.cases.entries()) expect.soft(ours!.cases[i]).toEqual(each)
  expect(ours).toEqual(theirs)
  expect(await left()).toEqual([])
})

test('a shard whose cases fail is complete, and is not run again', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'fails.yaml'), scenarioThatFails)
  const { code, out, err } = await study('2', folder.path, '/out/fails.yaml', '--repeat', '4')
  expect({ code, out, err }).toMatchObject({ code: 1, err: '' })
  expect(out).toMatch(/^cases +4 +4 failed/m)
  expect(await left()).toEqual([])
  expect(await study('2', folder.path, '/out/fails.yaml')).toMatchObject({
    code: 2,
    err: expect.stringContaining('has shards already'),
  })
})

test('a wrong command line ends the study at once, and says what is wrong', async () => {
  using folder = temporaryFolder()
  const { code, err } = await study('2', folder.path, 'scenarios/nowhere.yaml')
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('scenarios/nowhere.yaml') })
  expect(await left()).toEqual([])
  expect(await study('none', folder.path, 'scenarios')).toMatchObject({
    code: 2,
    err: '"none" is no number of shards.\n',
  })
})

const scenarioThatFails = `scenario: 1
name: Discovery that is not as expected
actors:
  ca: { kind: certificate-authority }
  holder: { kind: data-holder }
  app: { kind: client-app }
steps:
  - { id: discover, actor: app, uses: udap/discover, expect: [{ status: 404 }] }
`

function study(...args: string[]): Promise<Ended> {
  const env = { ...process.env, UDAP_TESTBED_IMAGE: image, STUDY_TIMEOUT_S: String(STUDY_S) }
  const script = join(projectFolder, 'deploy/swarm/study.sh')
  return new Promise((resolve) => {
    // Killed only if it hangs: by itself it ends sooner, and takes its service along.
    const options = { env, timeout: (STUDY_S + 60) * 1000, maxBuffer: 64e6 }
    execFile(script, args, options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 137) : 0, out, err })
    })
  })
}

const shardsIn = (folder: string, file: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('shard-') && existsSync(join(folder, name, file)))

/** Of studies that run. */
const containers = async () =>
  (await docker('ps', '--quiet', '--filter', 'name=udap-study-')).split('\n').filter((id) => id !== '')

/** Services and containers of studies. */
const left = async () => [
  ...(await leftBehind()).filter((line) => line.includes('udap-study-')),
  ...(await docker('service', 'ls', '--quiet', '--filter', 'name=udap-study-'))
    .split('\n')
    .filter((id) => id !== ''),
]
