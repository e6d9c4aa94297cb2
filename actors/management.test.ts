import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Observed } from '../wire/hop.ts'
import type { ActResult } from './actor.ts'
import { contextOf } from './fixture.ts'
import { manage } from './management.ts'

const TOKEN = 'of this run'
/** Nobody listens on port 1: each discovery is one hop that is recorded. */
const peers = {
  fhir: { kind: 'resource-server' as const, url: 'https://fhir-c1.localhost:1', endpoints: {}, links: {} },
}
const START = { kind: 'client-app', context: contextOf('app', { peers }), with: {} }
const DISCOVER = { action: 'udap/discover', input: { server: 'fhir' }, timeoutMs: 5000 }

/** The client serves its logo, so it wants its listener before it starts. */
const OPEN = { serves: 'https' }

let port: number
let close: () => Promise<void>
beforeEach(async () => {
  ;({ port, close } = await manage(TOKEN))
  await ask('POST', '/open', OPEN)
})
afterEach(() => close())

async function ask(method: string, path: string, body?: unknown, authorization = `Bearer ${TOKEN}`) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, text: await answer.text() }
}
const refusal = (status: number, words: string) => ({ status, text: expect.stringContaining(words) })

test.each(['', 'Bearer', 'Bearer of another run', `Basic ${TOKEN}`, `Bearer ${TOKEN} `.repeat(2)])(
  'without the token of the run nothing is done: "%s"',
  async (authorization) => {
    expect(await ask('GET', '/health', undefined, authorization)).toEqual(refusal(401, 'Wrong token.'))
    expect(await ask('POST', '/start', START, authorization)).toMatchObject({ status: 401 })
    expect(await ask('POST', '/act', DISCOVER)).toEqual(refusal(400, 'not started'))
  },
)

test.each([
  ['GET', '/'],
  ['POST', '/actions'],
  ['GET', '/start'],
  ['DELETE', '/health'],
  ['GET', '/toString'],
])('a command that there is not: %s %s', async (method, path) => {
  expect(await ask(method, path)).toEqual(refusal(404, `There is no ${method} ${path}.`))
})

test.each(['{', 'null', '[]', '"x"', '7'])('a body that is no JSON object: %s', async (body) => {
  expect(await ask('POST', '/start', body)).toEqual(refusal(400, 'JSON object'))
  expect(await ask('POST', '/act', body)).toMatchObject({ status: 400 })
})

test('a body that is too long', async () => {
  expect(await ask('POST', '/start', 'x'.repeat(33 * 1024 * 1024))).toEqual(refusal(400, 'longer than'))
})

test.each(['/act', '/arm', '/disarm', '/settled', '/clock'])('%s before /start', async (path) => {
  expect(await ask('POST', path, {})).toEqual(refusal(400, 'The actor is not started.'))
})

test('one process, one actor: a second start is refused, the first actor goes on', async () => {
  const [first, second] = await Promise.all([ask('POST', '/start', START), ask('POST', '/start', START)])
  expect([first.status, second.status].sort()).toEqual([200, 400])
  expect(await ask('POST', '/start', START)).toEqual(refusal(400, 'The actor runs already.'))
  expect((await ask('POST', '/act', DISCOVER)).status).toBe(200)
})

test('a start that fails may be tried again', async () => {
  const wrong = { ...START, context: contextOf('app', { peers, policy: { revocation: 'maybe' } }) }
  expect(await ask('POST', '/start', wrong)).toEqual(refusal(500, 'policy.revocation of app is'))
  expect(await ask('POST', '/start', START)).toEqual({
    status: 200,
    text: JSON.stringify({
      url: START.context.url,
      facts: { redirect_uri: `${START.context.url}/callback`, launch_uri: `${START.context.url}/launch` },
    }),
  })
})

describe('/hops', () => {
  async function hops(query = ''): Promise<Observed[]> {
    const { text } = await ask('GET', `/hops${query}`)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Observed)
  }

  test('hands out what was recorded, a line each, again from where the reader was', async () => {
    await ask('POST', '/start', START)
    expect(await hops()).toEqual([])
    const answers: (string | undefined)[] = []
    for (let round = 0; round < 3; round++) {
      answers.push((JSON.parse((await ask('POST', '/act', DISCOVER)).text) as ActResult).answer)
    }
    const all = await hops()
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(all.map(({ id }) => id)).toEqual(answers)
    expect(await hops('?from=1')).toEqual(all)
    expect(await hops('?from=2')).toEqual(all.slice(1))
    await ask('POST', '/stop', {})
    expect(await hops('?from=2')).toEqual(all.slice(1))
    expect(await hops('?from=4')).toEqual([])
  })

  test('lets go of what the reader has read', async () => {
    await ask('POST', '/start', START)
    for (let round = 0; round < 3; round++) await ask('POST', '/act', DISCOVER)
    expect((await hops('?from=3')).map(({ seq }) => seq)).toEqual([3])
    expect((await hops()).map(({ seq }) => seq)).toEqual([3])
  })

  test.each(['0', '-1', '1.5', 'x', ''])('from=%s is no sequence number', async (from) => {
    expect(await ask('GET', `/hops?from=${from}`)).toEqual(refusal(400, 'from'))
  })
})

describe('the process', () => {
  const spawned: ChildProcess[] = []
  afterEach(() => {
    for (const child of spawned.splice(0)) child.kill('SIGKILL')
  })

  function run(env: NodeJS.ProcessEnv) {
    const { UDAP_TESTBED_TOKEN: _, ...outer } = process.env
    const entry = fileURLToPath(new URL('./manage.ts', import.meta.url))
    const child = spawn(process.execPath, [entry], { env: { ...outer, ...env } })
    spawned.push(child)
    const written = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text))
    return { child, written, closed: once(child, 'close') }
  }

  test('says its port in its first line, and ends when its standard input closes', async () => {
    const { child, written, closed } = run({ UDAP_TESTBED_TOKEN: TOKEN })
    await once(child.stdout, 'data')
    const said = JSON.parse(written.stdout) as { port: number }
    const health = await fetch(`http://127.0.0.1:${said.port}/health`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    })
    expect(await health.json()).toEqual({ ok: true, node: process.version })
    child.stdin.end()
    expect(await closed).toEqual([0, null])
    expect(written).toEqual({ stdout: `${JSON.stringify(said)}\n`, stderr: '' })
  })

  test.each([{}, { UDAP_TESTBED_TOKEN: '' }])('without a token it says what to do: %j', async (env) => {
    const { written, closed } = run(env)
    expect(await closed).toEqual([2, null])
    expect(written).toEqual({
      stdout: '',
      stderr: 'Set UDAP_TESTBED_TOKEN: whoever drives this actor must show it.\n',
    })
  })
})
