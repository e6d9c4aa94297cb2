/** What stays up, as whoever runs it sees it: started again it is the same, and it says what happens. */
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '../../harness/run/docker/ports.ts'
import { projectFolder, temporaryFolder } from '../cli.ts'
import { assertion, type Client, clientsOf, Web } from './fixture-client.ts'
import { communityIn, type Running, startUp } from './fixture-up.ts'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const folder = temporaryFolder()
let up: Running
let web: Web
let client: Client
let clientId: string
/** A JWT that was taken. */
let taken: string
let since: { urls: Running['urls']; status: string }

beforeAll(async () => {
  const authority = await communityIn(folder.path, await freePort())
  const made = await clientsOf(authority, 'https://client.example')
  client = made[0]!
  up = await startUp(folder.path, 'community.yaml', '--state', 'state/testbed.db')
  since = { urls: up.urls, status: up.status }
  web = new Web(root())
  const answer = await web.register(up.urls.as!, client)
  expect(answer.status).toBe(201)
  clientId = String(answer.body.client_id)
})
afterAll(async () => {
  await up.end('SIGKILL')
  folder[Symbol.dispose]()
})

const root = () => readFileSync(join(folder.path, 'out/tls-root.pem'), 'utf8')

const page = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(new URL(path, up.status), { headers })
  return { status: answer.status, text: await answer.text() }
}

async function tokenFor(jwt: string) {
  return web.form(`${up.urls.as}/token`, {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
    udap: '1',
  })
}

test('the status page says who is up, who registered and what happened; machines get the same', async () => {
  taken = await assertion(`${up.urls.as}/token`, client, clientId)
  const { status, body } = await tokenFor(taken)
  expect(status).toBe(200)
  await vi.waitUntil(async () => (await page('/hops')).text.includes('"class":"token"'), { timeout: 10_000 })
  const shown = (await page('/')).text
  for (const words of [
    up.urls.as!,
    'https://client.example',
    clientId,
    'A community that stays up',
    'registration',
  ])
    expect(shown).toContain(words)
  const said = JSON.parse((await page('/status')).text)
  expect(said).toMatchObject({ ready: true, life: 1, name: 'A community that stays up' })
  expect(said.hops.at(-1)).toMatchObject({
    to: 'as',
    class: 'token',
    method: 'POST',
    path: '/token',
    status: 200,
  })
  expect(await page('/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
  expect(await page('/readyz')).toMatchObject({ status: 200 })
  expect((await page('/tls-root.pem')).text).toBe(root())
  expect((await page('/anchors/as/urn%3Aexample%3Alasting.pem')).text).toContain('BEGIN CERTIFICATE')
  const everything = JSON.stringify([shown, said, up.told])
  expect(everything).not.toContain(body.access_token)
  expect(everything).not.toContain(taken)
})

test('a refusal is told with its code; who is not on this machine by name gets nothing', async () => {
  const { status } = await web.register(up.urls.as!, client, { aud: 'https://other.example' })
  expect(status).toBe(400)
  await vi.waitUntil(
    () => up.told.some(({ note }) => String(note).startsWith('invalid_software_statement')),
    {
      timeout: 10_000,
    },
  )
  expect(up.told.find(({ note }) => note !== undefined)).toMatchObject({
    event: 'hop',
    to: 'as',
    status: 400,
  })
  const { hostname, port } = new URL(up.status)
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    get({ hostname, port, path: '/status', headers: { host: 'rebound.example' } }, ({ statusCode }) =>
      resolve(statusCode),
    ).on('error', reject)
  })
  expect(answer).toBe(421)
})

test('a second testbed with the same file is refused, and so is another scenario, and another place', async () => {
  const refused = (...args: string[]) => startUp(folder.path, ...args).then(() => 'it started', String)
  expect(await refused('community.yaml', '--state', 'state/testbed.db')).toContain(
    `It ended (2): ${join(folder.path, 'state/testbed.db')}: another testbed runs with it.`,
  )
  expect(await refused('community.yaml', '--state', 'other.db', '--place', 'process')).toContain(
    'leave its place',
  )
  expect(await refused('--state', 'nothing.db')).toContain('nothing is in it yet')
  expect(await refused('--state', 'nothing.db', '--host', 'here')).toContain('--host is about a scenario')
  expect(existsSync(join(folder.path, 'other.db'))).toBe(false)
})

test('ended and started again it is the same: URLs, registrations, tokens that were taken', async () => {
  expect(await up.end('SIGTERM')).toBe(0)
  expect(up.told.at(-1)).toMatchObject({ event: 'stopping' })
  web.close()
  up = await startUp(folder.path, 'community.yaml', '--state', 'state/testbed.db')
  expect({ urls: up.urls, status: up.status }).toEqual(since)
  expect(up.told[0]).toMatchObject({ event: 'started', life: 2 })
  expect((await web.token(up.urls.as!, client, clientId)).status).toBe(200)
  expect(await tokenFor(taken)).toMatchObject({ status: 400, body: { error: 'invalid_client' } })
  // The same one again: 200, with the client_id that it has.
  expect(await web.register(up.urls.as!, client)).toMatchObject({
    status: 200,
    body: { client_id: clientId },
  })
})

test('another scenario does not get this state', async () => {
  await up.end('SIGTERM')
  const other = join(projectFolder, 'scenarios/b2b/client-credentials.yaml')
  const refused = await startUp(folder.path, other, '--state', 'state/testbed.db').then(String, String)
  expect(refused).toContain('it belongs to another scenario ("A community that stays up", and not ')
  up = await startUp(folder.path, '--state', 'state/testbed.db')
  expect(up.urls).toEqual(since.urls)
})

test('a request that is under way when the end comes is answered; who comes then is not let in', async () => {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const { hostname, port, host } = new URL(up.urls.as!)
  const to = { host: '127.0.0.1', port, servername: hostname, path: '/register', method: 'POST', ca: root() }
  const headers = { host, 'content-type': 'application/json', expect: '100-continue' }
  const sent = request({ ...to, headers, agent: false }, ({ statusCode }) => resolve(statusCode))
  sent.on('error', reject).flushHeaders()
  await once(sent, 'continue')
  const ended = up.end('SIGTERM')
  await vi.waitUntil(() => up.told.some(({ event }) => event === 'stopping'), { timeout: 10_000 })
  await expect(web.register(up.urls.as!, client)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  sent.end('{}')
  expect(await promise).toBe(400)
  expect(await ended).toBe(0)
})
