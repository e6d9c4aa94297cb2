/** Calls to systems elsewhere that are slow, flaky, endless, or speak HTTP/2 alone. */

import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import { createServer as createNetServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { connect } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { createTlsRoot, issueTlsCertificate } from '../certs/tls.ts'
import { IDLE_MS } from './agent.ts'
import { caller, failure, opened, ours } from './fixture-network.ts'

describe('a slow peer', () => {
  it.each([
    ['the TLS handshake did not end', 'tls', () => createNetServer()],
    ['no headers came', 'headers', () => createHttpServer(() => {})],
    ['the answer did not come to its end', 'body', () => createHttpServer((_, answer) => answer.write('a'))],
  ])('%s within the limit, and that is what is said', async (words, phase, server) => {
    const port = await opened(server())
    const { call, halves } = caller()
    const url = `${phase === 'tls' ? 'https' : 'http'}://127.0.0.1:${port}/`
    const failed = await failure(call(url, { timeoutMs: 200 }))
    expect(failed).toMatchObject({ phase, code: 'TIMEOUT' })
    expect(failed.message).toBe(`GET ${url} was not answered in time: ${words} within 0.2 s.`)
    expect(halves[0]?.error).toMatchObject({ phase, code: 'TIMEOUT' })
  })

  it('with one byte now and then does not go on for ever', async () => {
    const server = createHttpServer((_, answer) => {
      const drip = setInterval(() => answer.write('a'), 20)
      answer.on('close', () => clearInterval(drip))
    })
    const { call } = caller()
    const failed = await failure(call(`http://127.0.0.1:${await opened(server)}/`, { timeoutMs: 200 }))
    expect(failed.phase).toBe('body')
  })
})

describe('a flaky peer', () => {
  it('that ends kept connections is asked on a new one, each request once', async () => {
    const seen: string[] = []
    const server = createHttpServer((request, answer) => {
      seen.push(request.method ?? '')
      answer.end('ok')
      answer.on('finish', () => setImmediate(() => request.socket.destroy()))
    })
    const url = `http://127.0.0.1:${await opened(server)}/`
    const { call, halves } = caller()
    for (let n = 0; n < 5; n++) {
      expect((await call(url, { method: 'POST', body: 'a' })).status).toBe(200)
      await setTimeout(5)
    }
    expect(seen).toEqual(Array(5).fill('POST'))
    expect(halves).toHaveLength(5)
  })

  it('that ends a connection as it is asked gets no second request: it may have had the first', async () => {
    let asked = 0
    const server = createHttpServer((request, answer) => {
      if (++asked === 1) answer.end('ok')
      else request.socket.destroy()
    })
    const url = `http://127.0.0.1:${await opened(server)}/`
    const { call, halves } = caller()
    await call(url)
    expect(await failure(call(url))).toMatchObject({ phase: 'headers' })
    expect(asked).toBe(2)
    expect(halves[1]?.error).toMatchObject({ phase: 'headers' })
  })

  it('that keeps a connection for 2 s only never meets one of ours', () => {
    expect(IDLE_MS).toBeLessThanOrEqual(2_000)
  })
})

describe('bounds', () => {
  it.each([
    ['headers', { 'x-long': 'x'.repeat(40 * 1024) }, 'the headers of the answer are longer than 32 KiB'],
  ])('of %s', async (_what, headers, words) => {
    const server = createHttpServer((_, answer) => answer.writeHead(200, headers).end())
    const { message } = await failure(caller().call(`http://127.0.0.1:${await opened(server)}/`))
    expect(message).toContain(words)
  })
})

it('our own servers choose HTTP/1.1 of what a client offers', async () => {
  const { port, roots } = await ours(['as.example'])
  const offers = { ALPNProtocols: ['h2', 'http/1.1'], ca: roots, servername: 'as.example', port }
  const socket = connect(offers)
  await once(socket, 'secureConnect')
  expect(socket.alpnProtocol).toBe('http/1.1')
  socket.destroy()
})

/** HTTP/2 and nothing else. */
async function h2(answer: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void) {
  const root = await createTlsRoot()
  const { chain, key } = await issueTlsCertificate(root, ['as.example'])
  const server = createSecureServer({ cert: chain, key })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    answer(stream, headers)
  })
  server.on('sessionError', () => {})
  const url = `https://as.example:${await opened(server)}/token?a=1`
  const addresses = { 'as.example': '127.0.0.1' }
  return { url, ...caller({ addresses, tls: { roots: [root.certificate] } }) }
}

describe('a peer with HTTP/2 alone', () => {
  it('is asked, and what went over the wire is on record', async () => {
    const seen: Record<string, unknown>[] = []
    const { call, halves, url } = await h2((stream, headers) => {
      seen.push(headers)
      stream.respond({ ':status': 201, 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
      stream.pipe(stream)
    })
    const headers = { 'content-type': 'application/json' }
    const answer = await call(url, { method: 'POST', headers, body: '{"a":1}' })
    expect(answer.json()).toEqual({ a: 1 })
    const { host } = new URL(url)
    expect(seen[0]).toMatchObject({ ':authority': host, ':path': '/token?a=1', ...headers })
    expect(halves[0]).toMatchObject({
      request: { method: 'POST', url, headers: { host, ...headers }, body: '{"a":1}' },
      response: { status: 201, body: '{"a":1}', headers: { 'set-cookie': 'a=1\nb=2' } },
      bytes: { out: 7, in: 7 },
      tls: { version: expect.stringMatching(/^TLS/), peer: expect.stringMatching(/^[0-9A-F:]{95}$/) },
    })
    expect(Object.keys(halves[0]?.response?.headers ?? {}).filter((name) => name.startsWith(':'))).toEqual([])
    expect((await call(url, { method: 'HEAD' })).body).toHaveLength(0)
  })

  it.each([
    ['answers nothing', () => {}, { code: 'TIMEOUT', phase: 'headers' }],
    [
      'begins and does not end',
      (stream: ServerHttp2Stream) => {
        stream.respond({ ':status': 200 })
        stream.write('a')
      },
      { code: 'TIMEOUT', phase: 'body' },
    ],
    ['resets the stream', (stream: ServerHttp2Stream) => stream.close(2), { phase: 'headers' }],
    ['ends the connection', (stream: ServerHttp2Stream) => stream.session?.destroy(), { phase: 'headers' }],
    [
      'never ends its body',
      (stream: ServerHttp2Stream) => {
        stream.respond({ ':status': 200 })
        stream.write('a'.repeat(5000))
      },
      { code: 'BODY_TOO_LARGE', phase: 'body' },
    ],
  ])('%s: the call ends', async (_what, answer, expected) => {
    const { call, url } = await h2(answer)
    expect(await failure(call(url, { timeoutMs: 300, maxBytes: 1000 }))).toMatchObject(expected)
  })

  it('says that it goes away: the next request goes over a new connection', async () => {
    const { call, url } = await h2((stream) => {
      stream.respond({ ':status': 204 })
      stream.end()
      stream.session?.goaway()
    })
    for (let n = 0; n < 3; n++) expect((await call(url)).status).toBe(204)
  })
})
