/** deploy/compose.yaml for real: the community comes up, serves a stranger, comes back when an actor ends, and goes. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { projectFolder } from '../cli.ts'
import { docker, image, leftBehind, needDocker } from './docker.ts'
import { Visitor } from './visitor.ts'

const project = `udap-testbed-compose-${process.pid}`
const token = randomBytes(32).toString('hex')
const UP_MS = 150_000
const names = ['ca', 'as', 'fhir', 'holder', 'idp', 'app']

needDocker()

beforeAll(async () => {
  if (inject('noDocker') !== '') return
  await compose('up', '--detach')
  await healthy()
})
afterAll(async () => {
  if (inject('noDocker') !== '') return
  await compose('down', '--volumes', '--timeout', '5')
  expect(await leftBehind(`com.docker.compose.project=${project}`)).toEqual([])
})

test('what a person sees: who is where, and the TLS root', async () => {
  const said = await compose('logs', '--no-color', 'testbed')
  for (const name of names) expect(said).toMatch(new RegExp(`https?://${name}\\.localhost:844\\d\\b`))
  expect(said).toContain('TLS root  /out/tls-root.pem')
  expect(said).toContain('signs in as ana with the password')
  expect(said).not.toContain(token)
})

test('somebody at the table joins with a client of their own: metadata, registration, token, data', async () => {
  const visitor = await Visitor.with({ tlsRoot: await tlsRoot(), issuer: 'http://127.0.0.1:8449/act', token })
  const root = 'http://ca.localhost:8440/issuer/root.cer'
  await visitor.metadata('https://holder.localhost:8443', root)
  const metadata = await visitor.metadata('https://fhir.localhost:8442', root)
  expect(metadata.token_endpoint).toBe('https://as.localhost:8441/token')
  const access = await visitor.token(metadata)
  expect(await visitor.read('https://fhir.localhost:8442/Patient', access)).toMatchObject({ total: 2 })
  await visitor.close()
})

test('when an actor ends, all start again', async () => {
  const before = await tlsRoot()
  await compose('exec', '-T', 'idp', 'sh', '-c', 'kill -TERM 1')
  await healthy(async () => (await tlsRoot()) !== before)
  expect(await compose('logs', '--no-color', 'testbed')).toContain(
    'Actor "idp" at http://idp:7000 has ended.',
  )
})

test('run tries all of the community out, and leaves its actors to the next', async () => {
  await compose('stop', '--timeout', '5', 'testbed')
  const said = await compose('run', '--rm', 'testbed', 'run', 'deploy/community.yaml', '--output-dir', '/out')
  expect(said).toMatch(/^cases +1 +1 passed/m)
  expect(said).toMatch(/^hops +(\d+) +\1 seen from both ends/m)
})

/** As a person runs it: the plugin where there is one, else the program that came before it. */
async function compose(...args: string[]): Promise<string> {
  const file = ['--file', 'deploy/compose.yaml', '--project-name', project]
  const options = {
    cwd: projectFolder,
    env: { ...process.env, UDAP_TESTBED_TOKEN: token, UDAP_TESTBED_IMAGE: image },
    timeout: UP_MS,
    maxBuffer: 64e6,
  }
  const [program, ...first] = (await hasPlugin()) ? ['docker', 'compose'] : ['docker-compose']
  const { stdout } = await promisify(execFile)(program!, [...first, ...file, ...args], options)
  return stdout
}

let plugin: Promise<boolean> | undefined
function hasPlugin(): Promise<boolean> {
  plugin ??= docker('compose', 'version').then(
    () => true,
    () => false,
  )
  return plugin
}

const tlsRoot = () => compose('exec', '-T', 'testbed', 'cat', '/out/tls-root.pem')

/** Waits until the whole community is open, and whatever else is asked of it. */
async function healthy(also: () => Promise<boolean> = async () => true): Promise<void> {
  const id = (await compose('ps', '--quiet', 'testbed')).trim()
  const deadline = Date.now() + UP_MS
  let status = ''
  while (Date.now() < deadline) {
    status = await docker('inspect', '--format', '{{.State.Status}} {{.State.Health.Status}}', id)
    // It may end between the two questions.
    if (status === 'running healthy' && (await also().catch(() => false))) return
    await pause(500)
  }
  throw new Error(`The testbed is ${status}: ${await compose('logs', '--no-color')}`)
}
