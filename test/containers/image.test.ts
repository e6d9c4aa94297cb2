/** The image: what is in it, who runs in it, how its containers end. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { projectFolder } from '../cli.ts'
import { docker, image, needDocker } from './docker.ts'

needDocker()

const TOKEN = 'of this test'
/** As strict as a cluster may be. */
const STRICT = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
const json = (name: string) => JSON.parse(readFileSync(join(projectFolder, name), 'utf8'))
const { version, dependencies } = json('package.json') as { version: string; dependencies: object }
/** Of the lock file: path to whether only developers need what is installed there. */
const { packages } = json('package-lock.json') as { packages: Record<string, { dev?: boolean }> }

const started: string[] = []
afterEach(async () => {
  for (const name of started.splice(0)) await docker('rm', '--force', '--volumes', name)
})

/** Starts a container that stays. @returns its name */
async function start(options: string[], ...args: string[]): Promise<string> {
  const name = `udap-testbed-image-${randomBytes(4).toString('hex')}`
  started.push(name)
  await docker(
    'run',
    '--detach',
    '--name',
    name,
    '--health-interval',
    '1s',
    ...STRICT,
    ...options,
    image,
    ...args,
  )
  return name
}

/** A client app, and the origin of its management port on this machine. */
async function startActor(): Promise<{ name: string; origin: string }> {
  const env = ['--env', `UDAP_TESTBED_TOKEN=${TOKEN}`]
  const name = await start(
    [...env, '--publish', '127.0.0.1::7000'],
    ...['actor', 'client-app', '--address', '0.0.0.0', '--port', '7000'],
  )
  const origin = `http://${await docker('port', name, '7000/tcp')}`
  await vi.waitFor(async () => expect((await fetch(`${origin}/health`)).status).toBe(200), {
    timeout: 30_000,
  })
  return { name, origin }
}

/** What a piece of JavaScript prints in the image. */
const inside = async (code: string): Promise<unknown> =>
  JSON.parse(await docker('run', '--rm', '--entrypoint', 'node', image, '--print', `JSON.stringify(${code})`))

/** Exit code of a container, when it has ended. */
const ended = async (name: string): Promise<number> => Number(await docker('wait', name))

const health = async (name: string) => docker('inspect', '--format', '{{.State.Health.Status}}', name)

test('runs as a user without rights, in the folder of the scenarios', async () => {
  expect(await inside('[process.getuid(), process.getgid(), process.cwd()]')).toEqual([
    65532,
    65532,
    '/udap-testbed',
  ])
  expect(await docker('run', '--rm', image, '--version')).toBe(version)
  const labels = await docker('inspect', '--format', '{{json .Config.Labels}}', image)
  expect(JSON.parse(labels)).toMatchObject({
    'org.opencontainers.image.title': 'udap-testbed',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  })
})

test('holds what the package needs to run, and nothing that is for developers', async () => {
  const files = "fs.globSync(['*', 'node_modules/{*,@*/*}'])"
  const paths = new Set((await inside(files)) as string[])
  for (const name of Object.keys(dependencies)) expect(paths).toContain(`node_modules/${name}`)
  const developers = Object.keys(packages).filter((path) => packages[path]!.dev)
  expect(developers.filter((path) => paths.has(path))).toEqual([])
  const own = ['bin', 'certs', 'dist', 'package.json', 'scenarios', 'schema', 'spec']
  expect([...paths]).toEqual(expect.arrayContaining(own))
  for (const name of ['actors', 'harness', 'test', '.git']) expect(paths).not.toContain(name)
  expect(await inside("fs.globSync('{bin,certs,dist,spec}/**/*.{ts,test.*}')")).toEqual([])
  const programs =
    "['ip', 'tc', 'npm'].filter((one) => process.env.PATH.split(':').some((folder) => fs.existsSync(`${folder}/${one}`)))"
  expect(await inside(programs)).toEqual(['ip', 'tc'])
})

test('runs a scenario with a root file system that cannot be written to, and without a network', async () => {
  const options = ['--rm', '--network', 'none', '--tmpfs', '/out', ...STRICT]
  const said = await docker('run', ...options, image, 'run', 'scenarios/b2b/client-credentials.yaml')
  expect(said).toMatch(/^cases +1 {2}1 passed$/m)
})

test('an actor becomes healthy, and ends on SIGTERM at once', async () => {
  const { name } = await startActor()
  await vi.waitFor(async () => expect(await health(name)).toBe('healthy'), { timeout: 30_000 })
  const asked = Date.now()
  await docker('kill', '--signal', 'TERM', name)
  expect(await ended(name)).toBe(0)
  const finished = await docker('inspect', '--format', '{{.State.FinishedAt}}', name)
  expect(Date.parse(finished) - asked).toBeLessThan(2_000)
  expect(await docker('logs', name)).toBe('{"port":7000}')
})

test('an actor ends with its lease', async () => {
  const { name, origin } = await startActor()
  const given = new AbortController()
  const headers = { authorization: `Bearer ${TOKEN}` }
  expect((await fetch(`${origin}/lease`, { headers, signal: given.signal })).status).toBe(200)
  expect((await fetch(`${origin}/lease`, { headers })).status).toBe(409)
  given.abort()
  expect(await ended(name)).toBe(0)
})

test('what has no management port is healthy as long as it runs', async () => {
  const up = await start(['--tmpfs', '/out'], 'up', 'scenarios/b2b/client-credentials.yaml')
  await vi.waitFor(async () => expect(await health(up)).toBe('healthy'), { timeout: 30_000 })
})

test('an actor that does not answer is not healthy', async () => {
  // The command line of the first process says that it is an actor, but it is a shell.
  const check = 'node /udap-testbed/health.mjs; exit $?'
  const args = ['-c', check, 'sh', 'actor', 'user', '--port', '7000']
  await expect(docker('run', '--rm', '--entrypoint', 'sh', image, ...args)).rejects.toThrow(
    'The management port 127.0.0.1:7000 does not answer: connect ECONNREFUSED',
  )
})
