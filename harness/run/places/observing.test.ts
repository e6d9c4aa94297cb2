/** What passes a system that is observed: it gets everything as it was sent, and its half is recorded. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createNetServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { contextOf, tinyActor } from '../../../actors/fixture.ts'
import { createTlsRoot, issueTlsCertificate } from '../../../certs/tls.ts'
import { openObserving } from './observing.ts'
import type { Place } from './place.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function upstream(handler: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

async function observed(url: string): Promise<Place> {
  const place = await openObserving(tinyActor, { name: 'as', upstream: url, facts: { x: 'y' } }, {})
  ends.push(() => place.stop())
  const started = await place.start(contextOf('as', { url: 'http://as.example' }), {})
  expect(started.facts).toEqual({ x: 'y' })
  return place
}

async function ask(
  { port }: Place,
  options: { method?: string; path?: string; headers?: Record<string, string> },
  body?: string,
): Promise<IncomingMessage & { text: string }> {
  const asking = request({ host: '127.0.0.1', port, agent: false, ...options })
  asking.end(body)
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  return Object.assign(answer, { text: await text(answer) })
}

test('request and answer come through as they are, and are recorded as its own half', async () => {
  const { url } = await upstream(async (asked, answer) => {
    const { method, headers } = asked
    const said = JSON.stringify({
      method,
      url: asked.url,
      host: headers.host,
      own: headers['x-own'],
      body: await text(asked),
    })
    answer.writeHead(302, 'Over there', { location: '/elsewhere', 'set-cookie': ['a=1', 'b=2'] }).end(said)
  })
  const place = await observed(url)
  const headers = { host: 'as.example', 'x-own': '1', connection: 'close, x-hop', 'x-hop': '2' }
  const answer = await ask(place, { method: 'POST', path: '/a//b?c=%2F', headers }, 'grant=x')
  expect([answer.statusCode, answer.statusMessage]).toEqual([302, 'Over there'])
  expect(answer.headers).toMatchObject({ location: '/elsewhere', 'set-cookie': ['a=1', 'b=2'] })
  const seen = { method: 'POST', url: '/a//b?c=%2F', host: 'as.example', own: '1', body: 'grant=x' }
  expect(JSON.parse(answer.text)).toEqual(seen)
  expect(await place.take()).toMatchObject([
    {
      side: 'server',
      actor: 'as',
      request: { method: 'POST', url: 'http://as.example/a//b?c=%2F', body: 'grant=x' },
      response: {
        status: 302,
        headers: { location: '/elsewhere', 'set-cookie': 'a=1\nb=2' },
        body: answer.text,
      },
    },
  ])
})

test('what a server would compress is recorded as it is read', async () => {
  const { url } = await upstream(({ headers }, answer) => {
    const isPacked = headers['accept-encoding']?.includes('gzip')
    answer.writeHead(200, isPacked ? { 'content-encoding': 'gzip' } : {})
    answer.end(isPacked ? gzipSync('{"a":1}') : '{"a":1}')
  })
  const place = await observed(url)
  await ask(place, { headers: { 'accept-encoding': 'gzip, deflate, br' } })
  expect(await place.take()).toMatchObject([{ response: { body: '{"a":1}' } }])
})

test('an answer comes piece by piece, and HEAD has no body', async () => {
  const pieces = Promise.withResolvers<void>()
  const { url } = await upstream(async (asked, answer) => {
    answer.writeHead(200, { 'content-length': '6' })
    if (asked.method === 'HEAD') return answer.end()
    answer.write('one')
    await pieces.promise
    return answer.end('two')
  })
  const place = await observed(url)
  const asking = request({ host: '127.0.0.1', port: place.port, agent: false }).end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  const [first] = (await once(answer, 'data')) as [Buffer]
  expect(first.toString()).toBe('one')
  pieces.resolve()
  expect(await text(answer)).toBe('two')
  expect((await ask(place, { method: 'HEAD' })).headers['content-length']).toBe('6')
})

test('a system that is gone, or that breaks off, is told as it is', async () => {
  const { url, server } = await upstream((asked, answer) => {
    if (asked.url === '/cut') answer.write('half', () => answer.destroy())
    else answer.end()
  })
  const place = await observed(url)
  await expect(ask(place, { path: '/cut' })).rejects.toThrow('aborted')
  server.closeAllConnections()
  server.close()
  const answer = await ask(place, {})
  expect(answer.statusCode).toBe(502)
  expect(answer.text).toContain(`${url} does not answer: connect ECONNREFUSED`)
  expect(await place.take()).toMatchObject([{ error: { phase: 'aborted' } }, { response: { status: 502 } }])
})

/** What a system receives for these bytes, and what is got from it, when it says that, whatever is asked. */
async function raw(asked: string, said: string): Promise<{ received: string; got: string }> {
  let received = ''
  const server = createNetServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      if (received === '') socket.write(said)
      received += chunk
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const place = await observed(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const socket = connect(place.port, '127.0.0.1')
  ends.push(() => socket.destroy())
  socket.setTimeout(2_000, () => socket.destroy(new Error('nothing came')))
  socket.write(asked)
  const [got] = (await once(socket, 'data')) as [Buffer]
  return { received, got: got.toString('latin1') }
}
const HELLO = '5\r\nhello\r\n0\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

test.each([
  ['in pieces', 'transfer-encoding: chunked', HELLO, HELLO],
  ['whose length Connection names', 'connection: content-length\r\ncontent-length: 5', 'hello', 'length: 5'],
  ['with a host that Connection names', 'connection: host\r\ncontent-length: 5', 'hello', 'Host: a'],
])(
  'a body stays the body of its request, whatever the method: %s',
  async (_what, headers, body, expected) => {
    const { received } = await raw(`DELETE /x HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n${body}`, OK)
    expect(received).toContain(expected)
  },
)

test.each([
  ['a reason that HTTP does not have', 'HTTP/1.1 200 O\x01K\r\ncontent-length: 0\r\n\r\n'],
  ['a status that HTTP does not have', 'HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n'],
  ['another protocol', 'HTTP/1.1 101 Other\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ['another protocol, unnamed', 'HTTP/1.1 101 Other\r\n\r\n'],
])('who answers with %s has answered nothing', async (_what, said) => {
  const { got } = await raw('GET / HTTP/1.1\r\nHost: a\r\n\r\n', said)
  expect(got).toMatch(/^HTTP\/1\.1 502 [\s\S]* does not answer: /)
})

test('a certificate that is not trusted, or is for another name, is told before any hop meets it', async () => {
  const root = await createTlsRoot()
  const certificates = await Promise.all([['as.example'], ['127.0.0.1'], ['other.example']].map(issued))
  async function issued(names: string[]) {
    const { chain, key } = await issueTlsCertificate(root, names)
    const server = createHttpsServer({ cert: chain, key }).listen(0, '127.0.0.1')
    ends.push(() => server.close())
    await once(server, 'listening')
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  async function began(upstream: string, roots: string[]) {
    const place = await openObserving(tinyActor, { name: 'as', upstream, facts: {} }, {})
    ends.push(() => place.stop())
    await place.start(contextOf('as', { url: 'http://as.example', tls: { roots } }), {})
  }
  const [own, reached, other] = certificates as [string, string, string]
  await began(own, [root.certificate])
  await began(reached, [root.certificate])
  await expect(began(other, [root.certificate])).rejects.toThrow(
    'Actor "as" cannot be observed: the TLS certificate is not for 127.0.0.1, but for DNS:other.example',
  )
  await expect(began(own, [])).rejects.toThrow(/trust its root with --tls-ca <file>/)
})

test('where nobody listens there is nothing to observe', async () => {
  const { url, server } = await upstream(() => {})
  server.close()
  await expect(openObserving(tinyActor, { name: 'as', upstream: url, facts: {} }, {})).rejects.toThrow(
    `Actor "as" cannot be observed: ${url} does not answer: connect ECONNREFUSED`,
  )
})
