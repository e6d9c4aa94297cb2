/** Fixed addresses: a host of its own, a proxy or a tunnel in front, a certificate of one's own; in `up` and in `run`. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readCertificate } from '../../certs/certificate.ts'
import { createTlsRoot, issueTlsCertificate } from '../../certs/tls.ts'
import { freePort } from '../../harness/run/docker/ports.ts'
import { mainFile, projectFolder, readRun, temporaryFolder } from '../cli.ts'
import { startUp } from './fixture-up.ts'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const scenario = join(projectFolder, 'scenarios/b2b/client-credentials.yaml')
const text = (name: string, content: string) => writeFileSync(join(folder.path, name), content)
/** A root that nobody knows but who is told. */
let own: { certificate: string }

beforeAll(async () => {
  const root = await createTlsRoot()
  own = root
  const { chain, key } = await issueTlsCertificate(root, ['as.example.test', 'localhost'])
  text('root.pem', root.certificate)
  text('chain.pem', chain)
  text('key.pem', key)
})

/** The names in the certificate that is shown there. */
async function shownAt(port: number, ca: string): Promise<{ dns: string[]; ip: string[] }> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca,
    checkServerIdentity: () => undefined,
    servername: 'localhost',
  })
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  socket.on('error', reject).on('secureConnect', () => resolve(socket.getPeerCertificate().raw))
  const der = await promise.finally(() => socket.destroy())
  const names = String(new (await import('node:crypto')).X509Certificate(der).subjectAltName).split(', ')
  const of = (kind: string) =>
    names.filter((name) => name.startsWith(`${kind}:`)).map((name) => name.slice(kind.length + 1))
  return { dns: of('DNS'), ip: of('IP Address') }
}

test('run: actors behind a proxy of another name find each other, and certificates follow the URLs', async () => {
  const [as, ca, fhir] = [await freePort(), await freePort(), await freePort()]
  text(
    'testbed.yaml',
    `testbed: 1
tlsCa: [root.pem]
actors:
  as: { serve: { url: https://as.example.test, port: ${as}, tls: { certificate: chain.pem, key: key.pem } } }
  ca: { serve: { url: http://pki.example.test, port: ${ca} } }
  fhir: { serve: { url: "https://localhost:${fhir}/fhir" } }
`,
  )
  const ran = spawnSync(process.execPath, [mainFile, 'run', scenario, '--output-dir', 'out'], {
    cwd: folder.path,
    encoding: 'utf8',
  })
  expect(ran.status, ran.stdout + ran.stderr).toBe(0)
  const { stage, trace } = readRun(join(folder.path, 'out'))
  const { actors, issued } = stage.cases[0]!
  expect(actors.as!.url).toBe('https://as.example.test')
  expect(actors.fhir!.url).toBe(`https://localhost:${fhir}/fhir`)
  const urls = trace.map(({ request }) => new URL(request!.url).origin)
  expect(new Set(urls)).toEqual(
    new Set(['https://as.example.test', 'http://pki.example.test', `https://localhost:${fhir}`]),
  )
  const leaf = readCertificate(Buffer.from(issued.find(({ actor }) => actor === 'fhir')!.chain[0]!, 'base64'))
  expect(leaf.uriNames).toEqual([`https://localhost:${fhir}/fhir`])
  expect(leaf.crlUrls).toEqual(['http://pki.example.test/crl/intermediate.crl'])
})

test('up: one host for all, ports and a URL of one; the certificate names them', async () => {
  const [as, fhir] = [await freePort(), await freePort()]
  const flags = ['--host', '127.0.0.1', '--port', `fhir=${fhir}`, '--port', `as=${as}`]
  text('testbed.yaml', 'testbed: 1\n')
  const up = await startUp(folder.path, scenario, ...flags, '--public-url', 'as=https://as.example.test/')
  expect(up.urls).toMatchObject({
    as: 'https://as.example.test',
    fhir: `https://127.0.0.1:${fhir}/fhir`,
    ca: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  })
  const shown = await shownAt(as, readFileSync(join(folder.path, 'out/tls-root.pem'), 'utf8'))
  expect(shown.dns.sort()).toEqual(['as.example.test', 'localhost'])
  expect(shown.ip).toEqual(['127.0.0.1'])
  expect(await up.end('SIGTERM')).toBe(0)
})

test('up: a TLS certificate of one own is shown', async () => {
  const as = await freePort()
  const own_ = ['--tls-certificate', 'chain.pem', '--tls-key', 'key.pem', '--port', `as=${as}`]
  const up = await startUp(folder.path, scenario, '--tls-ca', 'root.pem', ...own_)
  expect((await shownAt(as, own.certificate)).dns).toEqual(['as.example.test', 'localhost'])
  expect(await up.end('SIGTERM')).toBe(0)
})
