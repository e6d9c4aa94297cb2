/** `certs`, as people use it, with OpenSSL at the other end: what it makes comes in, what we make it reads. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { Openssl } from '../../certs/fixture-openssl.ts'
import { createTlsRoot, issueTlsCertificate } from '../../certs/tls.ts'
import { cli, mainFile, temporaryFolder } from '../../test/cli.ts'
import { readAnchors } from '../pki/anchors.ts'
import { readCredential } from '../pki/credential.ts'
import { addCerts } from './certs.ts'

const { path: folder, [Symbol.dispose]: remove } = temporaryFolder()
const openssl = new Openssl()
const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  vi.unstubAllEnvs()
})
afterAll(async () => {
  remove()
  await openssl.remove()
})
const at = (name: string) => join(folder, name)

/** What it prints. @throws as the command does */
async function certs(...args: string[]): Promise<string> {
  let out = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  try {
    const program = new Command().exitOverride()
    addCerts(program)
    await program.parseAsync(['certs', ...args], { from: 'user' })
    return out
  } finally {
    write.mockRestore()
  }
}

/** Gives OpenSSL a file of ours. */
const lend = (name: string, path: string) => openssl.write(name, readFileSync(path))
/** Takes one of OpenSSL. */
const take = async (name: string) => writeFileSync(at(name), await openssl.read(name))
const ran = async (...args: string[]) => {
  const { code, text } = await openssl.run(...args)
  expect(code, text).toBe(0)
  return text
}

await certs(
  'ca',
  at('north'),
  '--community',
  'urn:north',
  '--url',
  'http://127.0.0.1:5499',
  '--key',
  'ec-p256',
)

describe('from us to them', () => {
  it('OpenSSL reads what is issued and exported', async () => {
    vi.stubEnv('P12', 'Jürgen ✓')
    const uris = ['https://app.example', 'urn:example:app']
    const flags = ['--authority', at('north'), '--out', at('app'), '--name', 'App', '--password-env', 'P12']
    const said = await certs('issue', ...uris, ...flags)
    expect(said).not.toContain('Jürgen')
    for (const name of ['app.key', 'app.p12']) expect(statSync(at(name)).mode & 0o777).toBe(0o600)
    await certs('export', '--authority', at('north'), '--out', at('anchors'))
    await lend('root.cer', at('anchors/north-root.cer'))
    await lend('root.pem', at('anchors/north-root.pem'))
    await lend('app.pem', at('app.pem'))
    await lend('app.p12', at('app.p12'))
    await openssl.write('password', 'Jürgen ✓')
    await ran('verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'app.pem', 'app.pem')
    await ran('x509', '-inform', 'DER', '-in', 'root.cer', '-noout')
    const shown = await ran('x509', '-in', 'app.pem', '-noout', '-ext', 'subjectAltName')
    expect(shown).toContain('URI:https://app.example, URI:urn:example:app')
    const bags = await ran('pkcs12', '-in', 'app.p12', '-passin', 'file:password', '-noenc')
    expect(bags.match(/friendlyName: App\s+localKeyID: 01/g)).toHaveLength(2)
    expect(bags.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    await ran(
      'pkcs12',
      '-in',
      'app.p12',
      '-passin',
      'file:password',
      '-noenc',
      '-nocerts',
      '-out',
      'opened.key',
    )
    await lend('app.key', at('app.key'))
    expect(await ran('pkey', '-in', 'opened.key', '-pubout')).toBe(
      await ran('pkey', '-in', 'app.key', '-pubout'),
    )
  })

  it('overwrites nothing', async () => {
    const again = ['--authority', at('north'), '--out', at('app')]
    await expect(certs('issue', 'https://app.example', ...again)).rejects.toThrow(/app\.pem is there already/)
    const over = certs('export', '--authority', at('north'), '--out', at('anchors'))
    await expect(over).rejects.toThrow(/north-root\.pem: it is there already/)
  })
})

describe('from them to us', () => {
  it.each([
    ['modern', []],
    ['legacy', ['-legacy']],
    ['dotnet', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1', '-iter', '2000']],
  ])('a certificate made by OpenSSL, %s', async (name, more) => {
    await makeCommunity(name)
    const bundle = ['-certfile', `${name}-root.pem`, '-passout', 'pass:secret', '-out', `${name}.p12`]
    await ran('pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.pem`, ...bundle, ...more)
    await take(`${name}.p12`)
    await take(`${name}-root.pem`)
    vi.stubEnv('P12', 'secret')
    mkdirSync(at('mine'), { recursive: true })
    writeFileSync(at('mine/testbed.yaml'), 'testbed: 1\n')
    const into = ['--into', at('mine'), '--community', 'urn:theirs']
    const said = await certs('import', at(`${name}.p12`), '--password-env', 'P12', ...into)
    expect(said).toContain('URI      https://theirs.example')
    expect(said).not.toContain('Warning')
    const line = `client: { certificate: { file: "${name}.pem", key: "${name}.key", community: "urn:theirs" } }`
    expect(said).toContain(line)
    expect(said).toContain(`anchors: ["${name}-anchors.pem"]`)
    const read = readCredential({ file: at(`mine/${name}.pem`), key: at(`mine/${name}.key`) })
    expect(read.uris).toEqual(['https://theirs.example'])
    expect(readAnchors(at(`mine/${name}-anchors.pem`))).toEqual(readAnchors(at(`${name}-root.pem`)))
    expect(statSync(at(`mine/${name}.key`)).mode & 0o777).toBe(0o600)
    const direct = readCredential({ file: at(`${name}.p12`), password: { env: 'P12' } })
    expect(direct).toEqual(read)
  })

  it('anchors alone; what can be none is named', async () => {
    const files = [at('anchors/north-root.cer'), at('anchors/north-intermediate.pem')]
    expect(await certs('import', ...files, '--into', at('two'), '--name', 'north')).toContain('a root')
    expect(readAnchors(at('two/north-anchors.pem'))).toHaveLength(2)
    const alone = certs('import', at('app.pem'), '--into', at('three'), '--name', 'x')
    expect(await alone).toContain('Left out: "CN=App,')
  })

  it('what would be refused is said', async () => {
    const flags = ['--authority', at('north'), '--out', at('old'), '--profile', 'expired']
    await certs('issue', 'https://old.example', ...flags)
    const files = ['old.p12', 'anchors/north-root.pem'].map(at)
    expect(await certs('import', ...files, '--into', at('old'))).toMatch(
      /EXPIRED 1 day ago[\s\S]*Warning: .* expired at/,
    )
    const without = ['--authority', at('north'), '--out', at('none'), '--profile', 'no-san']
    await certs('issue', 'https://none.example', ...without)
    expect(await certs('import', at('none.p12'), '--into', at('none'))).toContain(
      'Warning: It has no URI name',
    )
  })

  async function makeCommunity(name: string) {
    const names = 'subjectAltName=URI:https://theirs.example'
    await openssl.write(
      'leaf.cnf',
      `${names}\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:false\n`,
    )
    const [root, leaf] = [`${name}-root`, name]
    await ran('ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', `${root}.key`)
    await ran(
      'req',
      '-x509',
      '-key',
      `${root}.key`,
      '-out',
      `${root}.pem`,
      '-subj',
      `/CN=${root}`,
      '-days',
      '9',
    )
    const request = ['-newkey', 'rsa:2048', '-noenc', '-keyout', `${leaf}.key`, '-subj', `/CN=${leaf}`]
    await ran('req', ...request, '-out', 'leaf.csr')
    const signed = ['-CA', `${root}.pem`, '-CAkey', `${root}.key`, '-CAcreateserial', '-extfile', 'leaf.cnf']
    await ran('x509', '-req', '-in', 'leaf.csr', ...signed, '-days', '8', '-out', `${leaf}.pem`)
  }
})

describe('while it is served', () => {
  it('a revocation shows in OCSP and CRL, to OpenSSL and in words; Ctrl-C ends it', async () => {
    await certs('ca', at('served'), '--key', 'ec-p256')
    const serving = serve('--authority', at('served'), '--port', '0', '--public-url', 'http://127.0.0.1')
    const [, port] = await serving.says(/at 127\.0\.0\.1:(\d+)/)
    const url = `http://127.0.0.1:${port}`
    await certs('issue', 'https://app.example', '--authority', at('served'), '--out', at('leaf'))
    await certs('export', '--authority', at('served'), '--out', at('served-anchors'))
    await lend('root.pem', at('served-anchors/served-root.pem'))
    await lend('intermediate.pem', at('served-anchors/served-intermediate.pem'))
    await lend('leaf.pem', at('leaf.pem'))
    const asked = [
      '-CAfile',
      'root.pem',
      '-issuer',
      'intermediate.pem',
      '-cert',
      'leaf.pem',
      '-url',
      `${url}/ocsp`,
    ]
    const status = async () => (await openssl.run('ocsp', ...asked)).text
    await until(async () => /leaf\.pem: good/.test(await status()))
    expect(
      await certs('revoke', at('leaf.pem'), '--authority', at('served'), '--reason', 'keyCompromise'),
    ).toMatch(/^Serial [0-9A-F]+ is revoked: .* \(keyCompromise\)\.\n$/)
    expect(await certs('revoke', at('leaf.pem'), '--authority', at('served'))).toContain(
      'was already revoked',
    )
    await until(async () => /leaf\.pem: revoked/.test(await status()))
    for (const name of ['root', 'intermediate']) {
      const crl = await fetch(`${url}/crl/${name}.crl`)
      await openssl.write('crl.der', Buffer.from(await crl.arrayBuffer()))
      await ran('crl', '-inform', 'DER', '-in', 'crl.der', '-out', `${name}.crl`)
    }
    const lists = ['root.crl', 'intermediate.crl'].flatMap((name) => ['-CRLfile', name])
    const chain = ['-CAfile', 'root.pem', '-untrusted', 'intermediate.pem']
    const verified = await openssl.run('verify', '-crl_check_all', ...lists, ...chain, 'leaf.pem')
    expect(verified.text).toContain('certificate revoked')
    serving.child.kill('SIGINT')
    expect(await serving.ended).toBe(0)
  })
})

describe('inspect', () => {
  it('of a file says what it is, and what is not known', async () => {
    vi.stubEnv('P12', 'Jürgen ✓')
    const said = await certs('inspect', at('app.p12'), '--password-env', 'P12')
    expect(said).toContain('app.p12, and the key\n\n"CN=App, ')
    expect(said).toMatch(/URI {6}https:\/\/app\.example\n {2}URI {6}urn:example:app\n/)
    expect(said).toMatch(/issued by "CN=north intermediate,/)
    expect(said).toMatch(/revoked {2}not known: .*127\.0\.0\.1:5499.*ECONNREFUSED/)
  })

  it('does what is in a certificate no favour', async () => {
    const names = 'subjectAltName=URI:https://a.example/\u001b[31m'
    const made = ['-keyout', 'odd.key', '-out', 'odd.pem', '-subj', '/CN=\u001b[2J', '-addext', names]
    await ran('req', '-x509', '-newkey', 'rsa:2048', '-noenc', ...made)
    await take('odd.pem')
    const said = await certs('inspect', at('odd.pem'))
    expect(said).toContain('URI      https://a.example/\\u001b[31m\n')
    expect(said).not.toContain('\u001b')
  })

  it('of a server shows its TLS chain, and of its metadata who signed it', async () => {
    const root = await createTlsRoot()
    const { chain, key } = await issueTlsCertificate(root, ['localhost'])
    const x5c = readCredential({ file: at('app.pem'), key: at('app.key') }).chain
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const jwt = `${part({ alg: 'RS256', x5c })}.${part({ iss: 'https://fhir.example' })}.c2ln`
    const server = createServer({ cert: chain, key }, (request, response) => {
      response.end(request.url === '/fhir/.well-known/udap' ? JSON.stringify({ signed_metadata: jwt }) : '{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const url = `https://as-c1.localhost:${port}`
      const tls = await certs('inspect', url)
      expect(tls).toMatch(/^TLS of as-c1\.localhost:\d+, not trusted by public roots: \w+/)
      expect(tls).toContain('also     DNS:localhost')
      const metadata = await certs('inspect', `${url}/fhir/.well-known/udap`)
      expect(metadata).toContain('which says iss "https://fhir.example"\n\n"CN=App, ')
      await expect(certs('inspect', `${url}/.well-known/udap`)).rejects.toThrow(/no signed_metadata in it/)
    } finally {
      server.closeAllConnections()
      server.close()
    }
    await expect(certs('inspect', 'https://localhost:1')).rejects.toThrow(/localhost:1.*ECONNREFUSED/)
  })
})

it('bad input ends with exit code 2, and words', async () => {
  const [missing, url, uri] = await Promise.all([
    cli('certs', 'issue', 'https://app.example', '--authority', at('nowhere')),
    cli('certs', 'ca', at('new'), '--url', 'https://ca.example/x'),
    cli('certs', 'issue', 'app', '--authority', at('north')),
  ])
  expect(missing).toMatchObject({
    code: 2,
    err: expect.stringMatching(/nowhere: there is no community\.json in it/),
  })
  expect(url).toMatchObject({ code: 2, err: expect.stringMatching(/http:\/\/host or http:\/\/host:port/) })
  expect(uri).toMatchObject({ code: 2, err: expect.stringMatching(/app is no URI/) })
})

function serve(...args: string[]) {
  const child = spawn(process.execPath, [mainFile, 'certs', 'serve', ...args])
  running.add(child)
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    }),
  )
  const says = async (pattern: RegExp) => {
    await until(async () => pattern.test(out))
    return pattern.exec(out)!
  }
  return { child, ended, says }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 15_000; !(await condition()); ) {
    if (Date.now() > deadline) throw new Error('it did not come to that in 15 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
