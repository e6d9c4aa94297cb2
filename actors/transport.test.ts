import { afterEach, expect, it } from 'vitest'
import { createTlsRoot, issueTlsCertificate } from '../certs/tls.ts'
import { CallFailed } from './call.ts'
import { runtimeOf } from './fixture.ts'
import { listen, openServer } from './listen.ts'
import { transportFaults } from './transport.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

const BODY = 'x'.repeat(1000)

async function pair(serves: 'http' | 'https') {
  const open = await openServer(serves)
  const root = await createTlsRoot()
  const roots = [root.certificate]
  const host = 'as-c1.localhost'
  const certificate =
    serves === 'https'
      ? {
          certificate: await issueTlsCertificate(root, [host]),
          otherName: await issueTlsCertificate(root, ['somebody-else.localhost']),
        }
      : {}
  const server = runtimeOf('as', {
    actor: { faults: transportFaults },
    context: { tls: { roots, ...certificate } },
    server: open.server,
  })
  const client = runtimeOf('app', { context: { tls: { roots } } })
  opened.push(client.runtime, server.runtime, open)
  await listen(server.runtime, (app) => {
    app.get('/text', async () => BODY)
    app.get('/empty', (_, reply) => reply.code(204).send())
    app.get('/pieces', (_, reply) => {
      reply.hijack()
      reply.raw.writeHead(200)
      reply.raw.write(BODY)
      reply.raw.end(BODY)
    })
  })
  const call = (path: string, timeoutMs = 5000) =>
    client.runtime.call({ url: `${serves}://${host}:${open.port}${path}`, timeoutMs })
  const settled = () => Promise.all([server.runtime.settled(), client.runtime.settled()])
  return { server, client, call, settled }
}

const failure = (made: Promise<unknown>): Promise<CallFailed> =>
  made.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(CallFailed)
      return error as CallFailed
    },
  )

it.each(['http', 'https'] as const)('down over %s: no answer, at once', async (serves) => {
  const { server, call, settled } = await pair(serves)
  const arm = server.runtime.faults.arm([{ inject: 'transport/down' }])
  const { phase } = await failure(call('/text'))
  expect(phase).toBe('headers')
  await settled()
  expect(server.halves[0]?.response).toBeUndefined()
  expect(server.halves[0]?.faults).toEqual([{ fault: 'transport/down' }])
  server.runtime.faults.disarm(arm)
  expect((await call('/text')).text).toBe(BODY)
})

it.each([
  ['http', '/text'],
  ['https', '/text'],
  ['http', '/pieces'],
  ['https', '/pieces'],
] as const)('cut over %s: half of the body of %s, and then the end', async (serves, path) => {
  const { server, client, call, settled } = await pair(serves)
  server.runtime.faults.arm([{ inject: 'transport/cut' }])
  const { phase } = await failure(call(path))
  expect(phase).toBe('body')
  await settled()
  expect(client.halves[0]?.response?.body).toBe(BODY.slice(0, 500))
  expect(server.halves[0]).toMatchObject({ response: { status: 200 }, error: { code: 'ABORTED' } })
})

it('cut where there is no body ends the connection all the same', async () => {
  const { server, call, settled } = await pair('http')
  server.runtime.faults.arm([{ inject: 'transport/cut' }])
  await call('/empty').catch((error: unknown) => expect(error).toBeInstanceOf(CallFailed))
  await settled()
  expect(server.halves[0]?.error).toMatchObject({ code: 'ABORTED' })
})

it.each(['http', 'https'] as const)(
  'slow over %s: nothing within the limit of the client, and nothing stays open',
  async (serves) => {
    const { server, call, settled } = await pair(serves)
    server.runtime.faults.arm([{ inject: 'transport/slow' }])
    const { code } = await failure(call('/text', 300))
    expect(code).toBe('TIMEOUT')
    await settled()
    expect(server.halves[0]?.response).toBeUndefined()
    expect(server.halves[0]!.ms).toBeLessThan(3000)
  },
)

it.each(['/text', '/pieces'])('truncated: %s ends as it should after half of its body', async (path) => {
  const { server, client, call, settled } = await pair('https')
  server.runtime.faults.arm([{ inject: 'transport/truncated' }])
  const { text, headers } = await call(path)
  const whole = path === '/text' ? BODY.length : 2 * BODY.length
  expect(text).toBe('x'.repeat(whole / 2))
  expect(headers['content-length']).toBe(String(whole / 2))
  await settled()
  expect(client.halves[0]?.response?.body).toBe(server.halves[0]?.response?.body)
})

it('huge: the client reads no more than it would', async () => {
  const { server, call, settled } = await pair('https')
  server.runtime.faults.arm([{ inject: 'transport/huge' }])
  expect(await failure(call('/text'))).toMatchObject({ phase: 'body', code: 'BODY_TOO_LARGE' })
  await settled()
  expect(server.halves[0]?.response?.truncated).toBe(true)
})

it.each(['/text', '/pieces'])('wrong type: %s as it is, called text/plain', async (path) => {
  const { server, call } = await pair('http')
  server.runtime.faults.arm([{ inject: 'transport/wrong-type' }])
  const { headers, text } = await call(path)
  expect(headers['content-type']).toBe('text/plain')
  expect(text).toMatch(/^x+$/)
})

it('wrong length: all bytes come, and the rest that was promised never does', async () => {
  const { server, client, call, settled } = await pair('https')
  server.runtime.faults.arm([{ inject: 'transport/wrong-length' }])
  expect((await failure(call('/text'))).phase).toBe('body')
  await settled()
  expect(client.halves[0]?.response).toMatchObject({ body: BODY, headers: { 'content-length': '1010' } })
})

it('redirect loop: to the same URL, and nobody follows', async () => {
  const { server, call } = await pair('https')
  server.runtime.faults.arm([{ inject: 'transport/redirect-loop' }])
  expect(await call('/text')).toMatchObject({ status: 302, headers: { location: '/text' }, text: '' })
})

it('other name: the client does not trust the connection, and does again afterwards', async () => {
  const { server, client, call, settled } = await pair('https')
  const arm = server.runtime.faults.arm([{ inject: 'transport/other-name' }])
  const { phase, code } = await failure(call('/text'))
  expect([phase, code]).toEqual(['tls', 'ERR_TLS_CERT_ALTNAME_INVALID'])
  await settled()
  expect(client.halves[0]?.error?.phase).toBe('tls')
  expect(server.runtime.faults.disarm(arm)).not.toEqual([])
  expect((await call('/text')).text).toBe(BODY)
})
