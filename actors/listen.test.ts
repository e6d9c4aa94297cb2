import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { IDLE_MS } from './agent.ts'
import { CallFailed } from './call.ts'
import { runtimeOf } from './fixture.ts'
import { listen, type OpenServer, openServer } from './listen.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function pair() {
  const open: OpenServer = await openServer('http')
  const server = runtimeOf('as', { server: open.server })
  const client = runtimeOf('app')
  opened.push(client.runtime, open)
  await listen(server.runtime, (app) => {
    app.get('/ok', async () => ({ ok: true }))
    app.post('/echo', async (request) => request.body)
    app.get('/hang', () => new Promise(() => {}))
    app.get('/cut', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-length': '100' })
      reply.raw.write('only this', () => reply.raw.destroy())
    })
    app.get('/long', async () => 'x'.repeat(5000))
    app.get('/nested', async () => {
      const { status } = await server.runtime.call({ url: `http://as-c1.localhost:${open.port}/ok` })
      return { status }
    })
    app.get('/skipping', async () => {
      server.runtime.faults.fire('skip/a-check')
      server.runtime.faults.fire('token-request/spoilt')
      return server.runtime.call({ url: `http://as-c1.localhost:${open.port}/ok` }).then(() => ({}))
    })
  })
  opened.push(server.runtime)
  return { open, server, client, url: `http://as-c1.localhost:${open.port}` }
}

it('records both ends of a hop, joined by the span, with what went over the wire', async () => {
  const { server, client, url } = await pair()
  const body = JSON.stringify({ a: 1 })
  const headers = { 'content-type': 'application/json' }
  const answer = await client.runtime.call({ method: 'POST', url: `${url}/echo`, headers, body })
  await Promise.all([server.runtime.settled(), client.runtime.settled()])
  expect(answer.json()).toEqual({ a: 1 })
  const [outbound] = client.halves
  const [inbound] = server.halves
  expect(outbound).toMatchObject({
    id: answer.id,
    side: 'client',
    actor: 'app',
    seq: 1,
    bytes: { out: 7, in: 7 },
  })
  expect(inbound).toMatchObject({ side: 'server', actor: 'as', traced: answer.id, bytes: { out: 7, in: 7 } })
  for (const half of [outbound, inbound]) {
    expect(half?.request).toMatchObject({ method: 'POST', url: `${url}/echo`, body })
    expect(half?.response).toMatchObject({ status: 200, body })
    expect(half?.response?.headers['content-type']).toMatch('application/json')
  }
})

it('charges a request that a handler makes to the hop that it handles', async () => {
  const { server, client, url } = await pair()
  await client.runtime.call({ url: `${url}/nested` })
  await server.runtime.settled()
  const made = server.halves.find((half) => half.side === 'client')
  const handled = server.halves.find((half) => half.request?.url.endsWith('/nested'))
  expect(made?.within).toBe(handled?.id)
  expect(handled?.id).toBeTruthy()
})

it('notes a skipped check at the hop that it let pass, and what was spoilt at the hop that it was sent by', async () => {
  const { server, client, url } = await pair()
  await client.runtime.call({ url: `${url}/skipping` })
  await server.runtime.settled()
  const made = server.halves.find((half) => half.side === 'client')
  const handled = server.halves.find((half) => half.request?.url.endsWith('/skipping'))
  expect(made?.faults).toEqual([{ fault: 'token-request/spoilt' }])
  expect(handled?.faults).toEqual([{ fault: 'skip/a-check' }])
})

it('says that a HEAD answer had no body, and that a cut answer was cut', async () => {
  const { server, client, url } = await pair()
  await client.runtime.call({ method: 'HEAD', url: `${url}/ok` })
  await expect(client.runtime.call({ url: `${url}/cut` })).rejects.toMatchObject({ phase: 'body' })
  await server.runtime.settled()
  expect(server.halves[0]).toMatchObject({ response: { status: 200, body: '' }, bytes: { out: 0 } })
  expect(server.halves[1]).toMatchObject({ response: { body: 'only this' }, error: { phase: 'aborted' } })
  expect(client.halves[1]).toMatchObject({ response: { body: 'only this' }, error: { phase: 'body' } })
})

it('ends a call that is not answered in time, and both ends have it on record', async () => {
  const { server, client, url } = await pair()
  await expect(client.runtime.call({ url: `${url}/hang`, timeoutMs: 100 })).rejects.toMatchObject({
    name: 'CallFailed',
    code: 'TIMEOUT',
    phase: 'headers',
  })
  await server.runtime.settled()
  expect(server.halves[0]?.error).toEqual({ code: 'ABORTED', phase: 'aborted' })
})

it('reads no more of an answer than it was told to', async () => {
  const { client, url } = await pair()
  const call = client.runtime.call({ url: `${url}/long`, maxBytes: 1000 })
  await expect(call).rejects.toThrow('longer than 1000 bytes')
  expect(client.halves[0]?.error?.code).toBe('BODY_TOO_LARGE')
})

it.each([
  ['http://as-c1.localhost:1/', 'connect', 'ECONNREFUSED'],
  ['http://nobody.invalid/', 'dns', 'ENOTFOUND'],
  ['ftp://as-c1.localhost/', 'request', 'INVALID_URL'],
])('names the phase in which %s fails', async (url, phase, code) => {
  const { client } = await pair()
  const failed = await client.runtime.call({ url }).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(CallFailed)
  expect(failed).toMatchObject({ phase, code })
})

it('keeps an idle connection much longer than a caller does, who then never meets one that is ending', async () => {
  const { open, client, url } = await pair()
  expect(open.server.keepAliveTimeout).toBeGreaterThan(10 * IDLE_MS)
  expect((await client.runtime.call({ url: `${url}/ok` })).headers['keep-alive']).toBe('timeout=60')
})

it('answers malformed HTTP with 400 and records it', async () => {
  const { server, open } = await pair()
  const text = await new Promise<string>((resolve) => {
    let received = ''
    const socket = connect(open.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('close', () => resolve(received))
  })
  expect(text).toMatch(/^HTTP\/1\.1 400 /)
  expect(server.halves).toMatchObject([{ side: 'server', error: { phase: 'request' } }])
})

it.each([
  ['a body over the limit', 'application/json', `"${'x'.repeat(300 * 1024)}"`, 413],
  ['a body that is no JSON', 'application/json', '{', 400],
  ['a body that would reach a prototype', 'application/json', '{"__proto__":{"a":1}}', 400],
  ['a media type that nobody asked for', 'text/csv', 'a,b', 415],
])('refuses %s', async (_what, type, body, status) => {
  const { client, url } = await pair()
  const headers = { 'content-type': type }
  const answer = await client.runtime.call({ method: 'POST', url: `${url}/echo`, headers, body })
  expect(answer.status).toBe(status)
})

// Elsewhere loopback has one address only.
it.runIf(process.platform === 'linux')('opens both addresses at one port, or none', async () => {
  const both = await openServer('http', { also: '127.0.0.2' })
  opened.push(both)
  const { port } = both
  await expect(openServer('http', { address: '127.0.0.2', port })).rejects.toThrow('EADDRINUSE')
  await expect(openServer('http', { also: '127.0.0.1' })).rejects.toThrow('EADDRINUSE')
  await both.close()
  opened.push(await openServer('http', { port, also: '127.0.0.2' }))
})
