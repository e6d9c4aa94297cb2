import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mainFile, temporaryFolder } from '../test/cli.ts'
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
let leaseEnded: PromiseWithResolvers<void>
beforeEach(async () => {
  leaseEnded = Promise.withResolvers<void>()
  ;({ port, close } = await manage({ token: TOKEN, leaseEnded: leaseEnded.resolve }))
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
    expect(await ask('GET', '/hops', undefined, authorization)).toEqual(refusal(401, 'Wrong token.'))
    expect(await ask('GET', '/lease', undefined, authorization)).toMatchObject({ status: 401 })
    expect(await ask('GET', '/health', undefined, authorization)).toMatchObject({ status: 200 })
    expect(await ask('POST', '/start', START, authorization)).toMatchObject({ status: 401 })
    expect(await ask('POST', '/act', DISCOVER)).toEqual(refusal(400, 'not started'))
  },
)

test('who does not show the token keeps no connection', async () => {
  const connectionOf = async (authorization: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { authorization } })
    return answer.headers.get('connection')
  }
  expect(await connectionOf('')).toBe('close')
  expect(await connectionOf(`Bearer ${TOKEN}`)).toBe('keep-alive')
})

test.each([
  ['GET', '/'],
  ['POST', '/actions'],
  ['GET', '/start'],
  ['DELETE', '/health'],
  ['GET', '/toString'],
  ['GET', '//'],
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

test('of another kind nothing is started', async () => {
  const only = await manage({ token: TOKEN, kind: 'user', version: '1.2.3' })
  try {
    const said = (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${only.port}${path}`, init).then(async (one) => [one.status, await one.json()])
    const start = {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(START),
    }
    expect(await said('/start', start)).toEqual([
      400,
      { error: 'What runs here is of kind user, and not client-app.' },
    ])
    const health = { ok: true, node: process.version, version: '1.2.3', kind: 'user' }
    expect(await said('/health')).toEqual([200, health])
  } finally {
    await only.close()
  }
})

test('what is not free cannot be listened on', async () => {
  await expect(manage({ token: TOKEN, port })).rejects.toThrow(/EADDRINUSE.+127\.0\.0\.1/)
})

/** Resolves when the lease is held. */
async function lease(at = port): Promise<{ status: number; release(): void }> {
  const given = new AbortController()
  const { status } = await fetch(`http://127.0.0.1:${at}/lease`, {
    headers: { authorization: `Bearer ${TOKEN}` },
    signal: given.signal,
  })
  return { status, release: () => given.abort() }
}

test('one lease at a time, and its end is noticed', async () => {
  const first = await lease()
  expect(first.status).toBe(200)
  expect(await ask('GET', '/lease')).toEqual(refusal(409, 'Another one holds the lease.'))
  expect((await ask('POST', '/start', START)).status).toBe(200)
  first.release()
  await leaseEnded.promise
  const next = await lease()
  expect(next.status).toBe(200)
  next.release()
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

  test('an actor that is started after another one counts from 1 again', async () => {
    await ask('POST', '/start', START)
    for (let round = 0; round < 2; round++) await ask('POST', '/act', DISCOVER)
    expect(await hops('?from=3')).toEqual([])
    await ask('POST', '/stop', {})
    await ask('POST', '/open', OPEN)
    await ask('POST', '/start', START)
    await ask('POST', '/act', DISCOVER)
    expect((await hops()).map(({ seq }) => seq)).toEqual([1])
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

  function run(args: string[], env: NodeJS.ProcessEnv) {
    const { UDAP_TESTBED_TOKEN: _, ...outer } = process.env
    const child = spawn(process.execPath, args, { env: { ...outer, ...env } })
    spawned.push(child)
    const written = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text))
    return { child, written, closed: once(child, 'close') }
  }
  const manageFile = fileURLToPath(new URL('./manage.ts', import.meta.url))
  const actor = (...args: string[]) => [mainFile, 'actor', ...args]
  const health = async (at: number) => (await fetch(`http://127.0.0.1:${at}/health`)).json()

  test('says its port in its first line, and ends when its standard input closes', async () => {
    const { child, written, closed } = run([manageFile], { UDAP_TESTBED_TOKEN: TOKEN })
    await once(child.stdout, 'data')
    const said = JSON.parse(written.stdout) as { port: number }
    expect(await health(said.port)).toEqual({ ok: true, node: process.version })
    child.stdin.end()
    expect(await closed).toEqual([0, null])
    expect(written).toEqual({ stdout: `${JSON.stringify(said)}\n`, stderr: '' })
  })

  test('of the command `actor` ends with the lease, not with its standard input', async () => {
    const { child, written, closed } = run(actor('client-app'), { UDAP_TESTBED_TOKEN: TOKEN })
    child.stdin.end()
    await once(child.stdout, 'data')
    const said = JSON.parse(written.stdout) as { port: number }
    expect(await health(said.port)).toMatchObject({
      ok: true,
      kind: 'client-app',
      version: expect.stringMatching(/^\d/),
    })
    const held = await lease(said.port)
    expect(held.status).toBe(200)
    expect((await lease(said.port)).status).toBe(409)
    held.release()
    expect(await closed).toEqual([0, null])
    expect(written).toEqual({ stdout: `${JSON.stringify(said)}\n`, stderr: '' })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'of the command `actor` ends on %s, with a token from a file',
    async (signal) => {
      using folder = temporaryFolder()
      const file = join(folder.path, 'token')
      writeFileSync(file, `${TOKEN}\n`)
      const { child, written, closed } = run(actor('user', '--port', '0'), { UDAP_TESTBED_TOKEN_FILE: file })
      await once(child.stdout, 'data')
      const said = JSON.parse(written.stdout) as { port: number }
      expect((await lease(said.port)).status).toBe(200)
      child.kill(signal)
      expect(await closed).toEqual([0, null])
    },
  )

  const setIt =
    'Set UDAP_TESTBED_TOKEN, or UDAP_TESTBED_TOKEN_FILE to the path of a file with it: whoever drives an actor shows it.\n'
  test.each([
    ['none', [manageFile], {}, setIt],
    ['an empty one', [manageFile], { UDAP_TESTBED_TOKEN: '' }, setIt],
    ['none', actor('user'), {}, setIt],
    [
      'a file that is not there',
      actor('user'),
      { UDAP_TESTBED_TOKEN_FILE: '/nowhere' },
      "UDAP_TESTBED_TOKEN_FILE cannot be read: ENOENT: no such file or directory, open '/nowhere'.\n",
    ],
    [
      'an empty file',
      actor('user'),
      { UDAP_TESTBED_TOKEN_FILE: '/dev/null' },
      'UDAP_TESTBED_TOKEN_FILE: /dev/null is empty; it holds the token.\n',
    ],
  ])('without a token it says what to do: %s', async (_, args, env, stderr) => {
    const { written, closed } = run(args, env)
    expect(await closed).toEqual([2, null])
    expect(written).toEqual({ stdout: '', stderr })
  })

  test.each([
    [['clientapp'], 2, 'There is no kind of actor "clientapp": did you mean client-app?\n'],
    [['user', '--port', '70000'], 2, 'It is a number from 0 to 65535.'],
    [['user', '--address', '192.0.2.1'], 3, 'The management port cannot be opened: listen EADDRNOTAVAIL'],
  ])('what is wrong on the command line: %j', async (args, code, words) => {
    const { written, closed } = run(actor(...args), { UDAP_TESTBED_TOKEN: TOKEN })
    expect(await closed).toEqual([code, null])
    expect(written).toEqual({ stdout: '', stderr: expect.stringContaining(words) })
  })
})
