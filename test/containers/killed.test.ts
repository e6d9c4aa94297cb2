/** What becomes of a run with containers whose actor, or whose harness, ends before its time. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRun, temporaryFolder } from '../cli.ts'
import { docker, needDocker } from './docker.ts'
import { startRun, until } from './testbed.ts'

needDocker()

/** Its step `register` lasts five seconds. */
const SLOW = ['test/containers/slow.yaml', '--place', 'container']

test.each([
  { who: 'the one that acts', actor: 'app', kind: 'client-app' },
  { who: 'the one that is to answer', actor: 'as', kind: 'authorization-server' },
  { who: 'one that has no part in it', actor: 'fhir', kind: 'resource-server' },
])('an actor is killed in the middle of a step: $who', async ({ actor, kind }) => {
  using folder = temporaryFolder()
  const run = startRun(folder.path, SLOW)
  await run.past('discover')
  await docker('kill', await run.containerOf(kind))
  const { code, out, err } = await run.ended
  expect(code, `${out}${err}`).toBe(3)
  const [only] = readRun(folder.path).result.cases
  expect(only).toMatchObject({ verdict: 'errored', steps: [{ verdict: 'passed' }, { verdict: 'errored' }] })
  expect(only!.reason).toContain(`The container of actor "${actor}" ended with code 137`)
  expect(out).toContain(only!.reason)
  expect(await run.left()).toEqual([])
})

test('the harness is killed: its containers end by themselves, and the next run removes what is left', async () => {
  using folder = temporaryFolder()
  const run = startRun(join(folder.path, 'killed'), SLOW)
  await run.past('discover')
  expect(await run.containers()).toHaveLength(4)
  run.process.kill('SIGKILL')
  await run.ended
  expect((await run.left()).map((line) => line.split(' ')[0])).toEqual([
    ...Array(4).fill('container'),
    'network',
  ])
  await until('its containers have ended', async () => (await run.containers()).length === 0)

  const next = startRun(join(folder.path, 'next'), ['test/containers/mixed.yaml'])
  expect(await next.ended).toMatchObject({ code: 0, err: '' })
  expect(await run.left()).toEqual([])
  expect(await next.left()).toEqual([])
})

test.each(['while its containers start', 'in the middle of a step'])(
  'Ctrl-C %s leaves nothing',
  async (when) => {
    using folder = temporaryFolder()
    const run = startRun(folder.path, SLOW)
    if (when.startsWith('while')) {
      await until('a container runs', async () => (await run.containers()).length > 0)
    } else await run.past('discover')
    run.process.kill('SIGINT')
    const { code, out, err } = await run.ended
    expect(code, `${out}${err}`).toBe(130)
    expect(err).toContain('Interrupted')
    expect(await run.left()).toEqual([])
  },
)
