/** `place: { image }`: other people's images, for which one with oidc-provider stands here. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'rolldown'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { projectFolder, readRun, temporaryFolder } from '../cli.ts'
import { docker, image, needDocker } from './docker.ts'
import { startRun, until } from './testbed.ts'

needDocker()

const NAME = 'udap-testbed-foreign:test'
const TIERED = 'test/containers/foreign/tiered.yaml'

beforeAll(async () => {
  if (inject('noDocker') !== '') return
  using context = temporaryFolder()
  await build({
    cwd: projectFolder,
    input: 'test/containers/foreign/identity-provider.ts',
    platform: 'node',
    // A dependency of a dependency evaluates text, which is its own business.
    logLevel: 'silent',
    output: { file: join(context.path, 'identity-provider.mjs'), codeSplitting: false },
  })
  const file = join(projectFolder, 'test/containers/foreign/Dockerfile')
  await docker('build', '--tag', NAME, '--build-arg', `BASE=${image}`, '--file', file, context.path)
})
afterAll(async () => {
  if (inject('noDocker') === '') await docker('image', 'rm', '--force', NAME)
})

/** @returns the only case, what was printed, and what it left in the engine */
async function run(folder: string, file: string, ...args: string[]) {
  const running = startRun(folder, [file, '--input', `image=${NAME}`, ...args])
  const { code, out, err } = await running.ended
  const { result, stage, trace } = readRun(folder)
  return { code, out: `${out}${err}`, cases: result.cases, stage, trace, left: await running.left() }
}

test.each([
  ['two cases side by side with one port inside', ['--repeat', '2']],
  ['all others in containers', ['--place', 'container']],
])('a patient signs in through an image: %s', async (_name, args) => {
  using folder = temporaryFolder()
  const { code, out, cases, stage, trace, left } = await run(folder.path, TIERED, ...args)
  expect(code, out).toBe(0)
  expect(cases.map(({ verdict }) => verdict)).toEqual(cases.map(() => 'passed'))
  expect(out).toContain('idp ran elsewhere and was seen only from the other end')
  for (const one of stage.cases) {
    const { url, place, log } = one.actors.idp!
    expect(place).toBe(url)
    expect(url).toMatch(/^https:\/\/idp-c1(-\d)?\.localhost:\d+$/)
    expect(readFileSync(join(folder.path, log!), 'utf8')).toContain(`An identity provider for ${url}`)
    // It reached, by its name, who is no image; and the others reached it.
    const seen = trace.filter((half) => half.case === one.case && half.side === 'server')
    expect(seen.some(({ to, from }) => to === 'holder' && from === undefined)).toBe(true)
  }
  expect(left).toEqual([])
})

test.each(['in-process', 'container'])('a port that is chosen; who asks is %s', async (place) => {
  using folder = temporaryFolder()
  const file = 'test/containers/foreign/discover.yaml'
  const { code, out, left } = await run(folder.path, file, '--input', `place=${place}`)
  expect(code, out).toBe(0)
  expect(left).toEqual([])
})

test.each([
  {
    trouble: 'dies at its start',
    says: /^The container of actor "idp" ended with code 3\. It wrote: An identity provider[\s\S]+no room for keys$/,
  },
  {
    trouble: 'is never ready',
    says: /^Actor "idp" did not get ready within 3 s: https:\/\/idp-c1\.localhost:\d+\/ready answers 503\. It wrote: [\s\S]+Listening$/,
  },
  {
    trouble: 'dies in the middle',
    says: /^The container of actor "idp" ended with code 7\. It wrote: [\s\S]+the database is gone$/,
  },
])('an image that $trouble', async ({ trouble, says }) => {
  using folder = temporaryFolder()
  const within = trouble === 'is never ready' ? ['--input', 'within=PT3S'] : []
  const { code, out, stage, cases, left } = await run(
    folder.path,
    TIERED,
    '--input',
    `trouble=${trouble}`,
    ...within,
  )
  expect(code, out).toBe(3)
  expect(stage.cases[0]!.broke).toMatchObject({ actor: 'idp', message: expect.stringMatching(says) })
  expect(cases[0]!.verdict).toBe('errored')
  expect(left).toEqual([])
})

test('an image that is nowhere', async () => {
  using folder = temporaryFolder()
  const name = 'localhost:1/no-such-image:1'
  const { code, out, stage, left } = await run(folder.path, TIERED, '--input', `image=${name}`)
  expect(code, out).toBe(3)
  expect(stage.cases[0]!.broke!.message).toMatch(
    /^There is no image localhost:1\/no-such-image:1 for actor "idp": the engine has none and could not pull it: /,
  )
  expect(left).toEqual([])
})

test('Ctrl-C while an image gets ready leaves nothing', async () => {
  using folder = temporaryFolder()
  const args = [TIERED, '--input', `image=${NAME}`, '--input', 'trouble=is never ready']
  const running = startRun(folder.path, args)
  await until('its container runs', async () => (await running.containers()).length > 0)
  running.process.kill('SIGINT')
  expect(await running.ended).toMatchObject({ code: 130 })
  expect(await running.left()).toEqual([])
})
