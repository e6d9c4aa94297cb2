/** Calls to systems elsewhere: whom they trust, which way they go, and what they say when it is no way. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createTlsRoot, issueTlsCertificate } from '../certs/tls.ts'
import { runtimeOf } from './fixture.ts'
import { caller, ends, failure, opened, ours } from './fixture-network.ts'
import { startProxy } from './fixture-proxy.ts'
import { listen, openServer } from './listen.ts'
import { proxyFor, proxyIn } from './proxy.ts'

describe('trust', () => {
  it('names who issued a certificate that nobody knows, and what to do', async () => {
    const { port } = await ours(['as.example'])
    const { call } = caller({ addresses: { 'as.example': '127.0.0.1' } })
    const { message, phase, code } = await failure(call(`https://as.example:${port}/ok`))
    expect([phase, code]).toEqual(['tls', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
    expect(message).toBe(
      `GET https://as.example:${port}/ok failed: the TLS certificate of as.example comes from "O=UDAP testbed - not for production, CN=UDAP testbed TLS root", which nobody here trusts: trust its root with --tls-ca <file>, or have the server send its intermediates`,
    )
  })

  it('takes the certificate that a server of OpenSSL signed itself, once it is among the roots', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'self-signed-'))
    ends.push(() => rmSync(folder, { recursive: true }))
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const subject = ['-subj', '/CN=as.example', '-addext', 'subjectAltName=DNS:as.example']
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const files = ['-keyout', key, '-out', certificate]
    await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, ...files])
    const pem = readFileSync(certificate, 'utf8')
    const server = createTlsServer({ cert: pem, key: readFileSync(key) }, (socket) =>
      socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n'),
    )
    const url = `https://as.example:${await opened(server)}/`
    const addresses = { 'as.example': '127.0.0.1' }
    const { message, code } = await failure(caller({ addresses }).call(url))
    expect(code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect(message).toContain('as.example signed its TLS certificate itself')
    expect(message).toContain('--tls-ca')
    const answer = await caller({ addresses, tls: { roots: [pem], publicRoots: true } }).call(url)
    expect(answer.status).toBe(204)
  })

  it('counts the roots of the machine and NODE_EXTRA_CA_CERTS where there is somebody elsewhere, and only there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'roots-'))
    ends.push(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'extra.pem')
    writeFileSync(file, (await createTlsRoot()).certificate)
    const code = `import { rootsOf } from './actors/roots.ts'
      const count = (tls) => rootsOf({ roots: ['ours'], ...tls }).length
      console.log(JSON.stringify([count({}), count({ publicRoots: true })]))`
    const counted = async (env: NodeJS.ProcessEnv) => {
      const run = promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', code], {
        env,
      })
      return JSON.parse((await run).stdout) as [number, number]
    }
    const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
    const [plain, extra] = await Promise.all([counted(env), counted({ ...env, NODE_EXTRA_CA_CERTS: file })])
    expect(plain[0]).toBe(1)
    expect(plain[1]).toBeGreaterThan(100)
    expect(extra).toEqual([1, plain[1] + 1])
  })

  it('says for whom a certificate is that is for somebody else', async () => {
    const { port, roots } = await ours(['other.example'])
    const { call } = caller({ addresses: { 'as.example': '127.0.0.1' }, tls: { roots, publicRoots: true } })
    const { message } = await failure(call(`https://as.example:${port}/ok`))
    expect(message).toContain('the TLS certificate is not for as.example, but for DNS:other.example')
  })
})

describe('proxies', () => {
  const elsewhere = 'https://as.example/ok'

  it('goes through a tunnel to hosts elsewhere, and says nothing of the password', async () => {
    const { port, roots } = await ours(['as.example'])
    const proxy = await startProxy(() => port)
    ends.push(proxy.close)
    proxy.credentials = 'user:sécret'
    const https = proxy.url.replace('//', '//user:s%C3%A9cret@')
    const { call, halves } = caller({ tls: { roots }, proxy: { https, except: '' } })
    expect((await call(elsewhere)).json()).toEqual({ ok: true })
    expect(proxy.carried).toEqual(['CONNECT as.example:443'])
    expect(halves[0]).toMatchObject({ request: { url: elsewhere, headers: { host: 'as.example' } } })
    expect(halves[0]?.tls?.version).toMatch(/^TLS/)
    expect(JSON.stringify(halves)).not.toContain('proxy-authorization')
  })

  it('asks for a CRL over plain HTTP by its whole URL', async () => {
    const server = createHttpServer((request, response) =>
      response.end(`${request.headers.host}${request.url}`),
    )
    const port = await opened(server)
    const proxy = await startProxy(() => port)
    ends.push(proxy.close)
    proxy.credentials = 'user:secret'
    const http = proxy.url.replace('//', '//user:secret@')
    const { call, halves } = caller({ proxy: { http, except: '' } })
    const url = 'http://ca.example/crl/root.crl?a=1'
    expect((await call(url)).text).toBe('ca.example/crl/root.crl?a=1')
    expect(proxy.carried).toEqual([`GET ${url}`])
    expect(halves[0]?.request).toMatchObject({ url, headers: { host: 'ca.example' } })
    expect(JSON.stringify(halves)).not.toContain('proxy-authorization')
  })

  it('speaks TLS with a proxy that wants it, and within it with the host', async () => {
    const { port, roots } = await ours(['as.example'])
    const plain = await opened(createHttpServer((_, answer) => answer.end('a CRL')))
    const proxy = await startProxy(() => (proxy.carried.at(-1)?.startsWith('CONNECT') ? port : plain))
    ends.push(proxy.close)
    const root = await createTlsRoot()
    const { chain, key } = await issueTlsCertificate(root, ['127.0.0.1'])
    const front = createTlsServer({ cert: chain, key }, (socket) => {
      socket.on('error', () => {})
      socket.pipe(connect(Number(new URL(proxy.url).port))).pipe(socket)
    })
    const url = `https://127.0.0.1:${await opened(front)}`
    const { call } = caller({
      tls: { roots: [...roots, root.certificate] },
      proxy: { https: url, http: url, except: '' },
    })
    expect((await call(elsewhere)).json()).toEqual({ ok: true })
    expect((await call('http://ca.example/crl')).text).toBe('a CRL')
    const { message } = await failure(
      caller({ tls: { roots }, proxy: { https: url, except: '' } }).call(elsewhere),
    )
    expect(message).toMatch(
      /the proxy https:.* cannot be reached: the TLS certificate of 127\.0\.0\.1 comes from/,
    )
  })

  it.each([
    [407, 'asks for a user name and a password (407)', 'https://as.example/'],
    [407, 'asks for a user name and a password (407)', 'http://ca.example/'],
    [502, 'did not get through to as.example:443 (502)', 'https://as.example/'],
    [403, 'does not let us through to as.example:443 (403)', 'https://as.example/'],
  ])('says that the proxy answered %i: it %s', async (status, words, url) => {
    const proxy = await startProxy(() => 1)
    ends.push(proxy.close)
    proxy.refuses = status
    const both = { https: proxy.url, http: proxy.url, except: '' }
    const { message, code } = await failure(caller({ proxy: both }).call(url))
    expect(message).toContain(`the proxy ${proxy.url} ${words}`)
    expect(code).toBe(`PROXY_${status}`)
  })

  it.each(['https', 'http'])('says that the proxy for %s cannot be reached', async (scheme) => {
    const dead = 'http://user:secret@127.0.0.1:1'
    const { message } = await failure(
      caller({ proxy: { https: dead, http: dead, except: '' } }).call(`${scheme}://as.example/`),
    )
    expect(message).toContain('the proxy http://127.0.0.1:1 cannot be reached: connect ECONNREFUSED')
  })

  it('never uses one for loopback, nor for the actors of the case', async () => {
    const { port, roots } = await ours(['as-c1.localhost', 'as.example', '127.0.0.1'])
    const { call } = caller({
      tls: { roots },
      addresses: { 'as.example': '127.0.0.1' },
      proxy: { https: 'http://127.0.0.1:1', except: '' },
    })
    for (const host of ['as-c1.localhost', 'as.example', '127.0.0.1'])
      expect((await call(`https://${host}:${port}/ok`)).status).toBe(200)
  })

  it.each([
    ['as.example', 'example', false],
    ['as.example', '.example', false],
    ['as.example', 'as.example', false],
    ['AS.Example', 'as.EXAMPLE.', false],
    ['as.example', 's.example', true],
    ['as.example', '*', false],
    ['as.example', '', true],
    ['as.example', 'other.org, as.example', false],
    ['10.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', false],
    ['10.1.2.3', '11.0.0.0/8', true],
    ['10.1.2.3', '10.0.0.0/99', true],
    ['[2001:db8::1]', '2001:db8::/32', false],
    ['[2001:db8::1]', '[2001:db8::1]', false],
    ['[2001:db9::1]', '2001:db8::/32', true],
    ['[::ffff:10.0.0.1]', 'ten.example', true],
    ['localhost', '', false],
    ['a.localhost', '', false],
    ['127.1.2.3', '', false],
    ['[::1]', '', false],
  ])('%s with NO_PROXY=%j goes through the proxy: %s', (host, except, through) => {
    const proxy = { https: 'http://proxy.example:8080', except }
    const used = proxyFor({ proxy, addresses: {} }, new URL(`https://${host}/`))
    expect(used !== undefined).toBe(through)
  })

  it('reads the environment as curl does, and shows no password when it is wrong', () => {
    expect(proxyIn({})).toBeUndefined()
    expect(proxyIn({ HTTPS_PROXY: '', NO_PROXY: 'a' })).toBeUndefined()
    const env = { https_proxy: 'proxy.example:8080', HTTPS_PROXY: 'http://other', NO_PROXY: 'a,b' }
    expect(proxyIn(env)).toEqual({ https: 'http://proxy.example:8080/', except: 'a,b' })
    const socks = () => proxyIn({ HTTP_PROXY: 'socks5://user:secret@proxy.example' })
    expect(socks).toThrow('HTTP_PROXY is no URL of an http or https proxy')
    expect(socks).not.toThrow('secret')
  })
})

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

describe('IPv6 (where the machine has ::1)', () => {
  it.runIf(hasIpv6)('serves and calls at [::1], and at a name that has no other address', async () => {
    const { port, roots, halves, settled } = await ours(['::1', 'six.example'], '::1')
    const { call } = caller({ tls: { roots }, addresses: { 'six.example': '::1' } })
    for (const host of ['[::1]', 'six.example'])
      expect((await call(`https://${host}:${port}/ok`)).status).toBe(200)
    await settled()
    expect(halves.map(({ request }) => request?.url)).toEqual([
      `https://[::1]:${port}/ok`,
      `https://six.example:${port}/ok`,
    ])
  })

  it.runIf(hasIpv6)('finds a developer’s server on localhost that listens there only', async () => {
    const { port, roots } = await ours(['localhost'], '::1')
    expect((await caller({ tls: { roots } }).call(`https://localhost:${port}/ok`)).status).toBe(200)
  })

  it.runIf(hasIpv6)('listens at a second address of the other family', async () => {
    const both = await openServer('http', { also: '::1' })
    ends.push(both.close)
    const { runtime } = runtimeOf('as', { server: both.server })
    await listen(runtime, (app) => {
      app.get('/ok', async () => 'ok')
    })
    const { call } = caller()
    for (const host of ['127.0.0.1', '[::1]'])
      expect((await call(`http://${host}:${both.port}/ok`)).text).toBe('ok')
  })
})
