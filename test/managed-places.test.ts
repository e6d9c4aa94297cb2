/** Actors that somebody else has started, driven over their management ports: `place: { manage, url }`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test, vi } from 'vitest'
import { openServer } from '../actors/listen.ts'
import { cli, mainFile, projectFolder, readRun, temporaryFolder } from './cli.ts'
import { startRun } from './containers/testbed.ts'

vi.setConfig({ testTimeout: 60_000 })

const token = randomBytes(16).toString('hex')
const children: ChildProcess[] = []
afterEach(() => {
  vi.unstubAllEnvs()
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Starts `udap-testbed actor <kind>`. @returns the process and its management port's URL */
async function serve(kind: string, ...args: string[]) {
  const child = spawn(process.execPath, [mainFile, 'actor', kind, ...args], {
    env: { ...process.env, UDAP_TESTBED_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
  return { child, manage: `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}` }
}

async function freeUrl(): Promise<string> {
  const { port, close } = await openServer('http')
  await close()
  return `https://as.localhost:${port}`
}

/** One case whose authorization server runs already; its registration takes seconds, when the authority is slow. */
function scenarioIn(folder: string, place: object, slow = false): string {
  const file = join(folder, 'scenario.yaml')
  const data = join(projectFolder, 'scenarios/data/two-patients.json')
  const registering = {
    id: 'register',
    actor: 'app',
    uses: 'udap/register',
    with: { grant_types: ['client_credentials'], scope: 'system/Patient.rs' },
    ...(slow && { faults: [{ at: 'ca', inject: 'transport/slow' }] }),
  }
  const scenario = {
    scenario: 1,
    name: 'A server that runs already',
    actors: {
      ca: { kind: 'certificate-authority' },
      as: { kind: 'authorization-server', place, with: { grants: ['client_credentials'] } },
      fhir: { kind: 'resource-server', with: { data } },
      app: { kind: 'client-app', certificate: 'leaf-without-ocsp' },
    },
    steps: [
      { id: 'discover', actor: 'app', uses: 'udap/discover' },
      registering,
      { id: 'token', actor: 'app', uses: 'udap/token' },
    ],
  }
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(scenario))
  return file
}

test('one actor is driven by one run after the other, and each sees its own hops only', async () => {
  using folder = temporaryFolder()
  const { manage } = await serve('authorization-server')
  const file = scenarioIn(folder.path, { manage, url: await freeUrl() })
  vi.stubEnv('UDAP_TESTBED_TOKEN', token)
  for (const run of ['first', 'second']) {
    const output = join(folder.path, run)
    const { code, out, err } = await cli('run', file, '--output-dir', output)
    expect(code, out + err).toBe(0)
    const { result, stage } = readRun(output)
    expect(stage.cases[0]!.actors.as).toMatchObject({ place: 'managed' })
    expect(result.cases[0]!.hops.every(({ sides }) => sides.length === 2)).toBe(true)
  }
})

test('a run without the token says what to set', async () => {
  using folder = temporaryFolder()
  const { manage } = await serve('authorization-server')
  const file = scenarioIn(folder.path, { manage, url: await freeUrl() })
  vi.stubEnv('UDAP_TESTBED_TOKEN', '')
  const { code, out } = await cli('run', file, '--output-dir', folder.path)
  expect(code).toBe(3)
  expect(out).toContain('as: Actor "as" is driven with a token: Set UDAP_TESTBED_TOKEN')
})

test('another token is refused at once', async () => {
  using folder = temporaryFolder()
  const { manage } = await serve('authorization-server')
  const file = scenarioIn(folder.path, { manage, url: await freeUrl() })
  vi.stubEnv('UDAP_TESTBED_TOKEN', 'another')
  const { code, out } = await cli('run', file, '--output-dir', folder.path)
  expect(code).toBe(3)
  expect(out).toContain(`as: Actor "as" cannot be driven at ${manage}: it does not accept the token.`)
})

test('an actor of another kind is not started', async () => {
  using folder = temporaryFolder()
  const { manage } = await serve('data-holder')
  const file = scenarioIn(folder.path, { manage, url: await freeUrl() })
  vi.stubEnv('UDAP_TESTBED_TOKEN', token)
  const { code, out } = await cli('run', file, '--output-dir', folder.path)
  expect(code).toBe(3)
  expect(out).toContain('What runs here is of kind data-holder, and not authorization-server.')
})

test('one that ends in the middle of a step gives an error that names it', async () => {
  using folder = temporaryFolder()
  const { manage, child } = await serve('authorization-server')
  const file = scenarioIn(folder.path, { manage, url: await freeUrl() }, true)
  vi.stubEnv('UDAP_TESTBED_TOKEN', token)
  const run = startRun(folder.path, [file])
  await run.past('discover')
  child.kill('SIGKILL')
  const { code, out } = await run.ended
  expect(code, out).toBe(3)
  expect(out).toContain(`Actor "as" at ${manage} has ended.`)
})

test('up ends when one of its actors does, so that whoever started them starts all again', async () => {
  using folder = temporaryFolder()
  const { manage, child } = await serve('authorization-server')
  const file = scenarioIn(folder.path, { manage, url: await freeUrl() })
  const up = spawn(process.execPath, [mainFile, 'up', file, '--output-dir', folder.path], {
    env: { ...process.env, UDAP_TESTBED_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(up)
  let err = ''
  up.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  for await (const line of createInterface(up.stdout)) if (line.startsWith('TLS root')) child.kill('SIGKILL')
  if (up.exitCode === null) await once(up, 'exit')
  expect([up.exitCode, err]).toEqual([3, `Actor "as" at ${manage} has ended.\n`])
})
