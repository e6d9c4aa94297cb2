/** What OpenSSL writes in its many ways is read: the shapes of others are among them. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentsOf, elementsOf } from './der.ts'
import { Openssl } from './fixture-openssl.ts'
import { generateKey } from './keys.ts'
import { pkcs12 } from './pkcs12.ts'
import { readPkcs12 } from './pkcs12-read.ts'
import { createTlsRoot, issueTlsCertificate } from './tls.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())

const PASSWORD = 'Jürgen ✓ 12'
const root = await createTlsRoot()
const ec = await issueTlsCertificate(root, ['as.localhost'])
const rsaKey = await generateKey('rsa-2048')
const fingerprints = (...pems: string[]) => pems.map((pem) => new X509Certificate(pem).fingerprint256)

beforeAll(async () => {
  await openssl.write('password', PASSWORD)
  await openssl.write('ec.key', ec.key)
  await openssl.write('ec.pem', ec.chain)
  await openssl.write('root.pem', root.certificate)
  await openssl.write('rsa.key', rsaKey)
  await openssl.run('req', '-x509', '-key', 'rsa.key', '-out', 'rsa.pem', '-subj', '/CN=rsa', '-days', '9')
})

async function exported(kind: 'ec' | 'rsa', ...args: string[]): Promise<Buffer> {
  const given = args.includes('-passout') ? [] : ['-passout', 'file:password']
  const inputs = ['-inkey', `${kind}.key`, '-in', `${kind}.pem`, '-out', 'made.p12']
  const { code, text } = await openssl.run('pkcs12', '-export', ...inputs, ...given, ...args)
  expect(code, text).toBe(0)
  return openssl.read('made.p12')
}

const triple = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1', '-iter', '2000']
const ways: Record<string, string[]> = {
  'as OpenSSL 3 does by default': [],
  'as OpenSSL 1 did: RC2-40 and 3DES': ['-legacy'],
  'as .NET does by default: 3DES': triple,
  'as Windows does: 3DES, its own attributes': [
    ...triple,
    '-CSP',
    'Microsoft Enhanced RSA',
    '-LMK',
    '-keyex',
  ],
  'with RC2-128': ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128'],
  'with 2-key 3DES': ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES'],
  'with AES-128, AES-192 and SHA-512': [
    '-keypbe',
    'AES-128-CBC',
    '-certpbe',
    'AES-192-CBC',
    '-macalg',
    'sha512',
  ],
  'with 3DES in PBES2, and SHA-384': ['-certpbe', 'DES-EDE3-CBC', '-macalg', 'sha384'],
  'with nothing encrypted': ['-keypbe', 'NONE', '-certpbe', 'NONE'],
  'without a MAC': ['-nomac'],
}

describe.each(Object.entries(ways))('%s', (_, args) => {
  it.each(['ec', 'rsa'] as const)('%s key and certificates', async (kind) => {
    const bytes = await exported(kind, '-certfile', 'root.pem', ...args)
    const { keys, certificates } = readPkcs12(bytes, PASSWORD)
    expect(keys.map((key) => key.equals(createPrivateKey(kind === 'ec' ? ec.key : rsaKey)))).toEqual([true])
    const leaf = kind === 'ec' ? ec.chain : (await openssl.read('rsa.pem')).toString()
    expect(certificates.map(({ x509 }) => x509.fingerprint256)).toEqual(fingerprints(leaf, root.certificate))
  })

  it('another password is said to be wrong', async () => {
    const bytes = await exported('ec', ...args)
    const isOpen = args.includes('NONE') && args.includes('-nomac')
    if (!isOpen) expect(() => readPkcs12(bytes, 'another')).toThrow(/does not open with this password/)
  })
})

describe('a file', () => {
  it.each([[], ['-legacy']])('without a password %s', async (...args) => {
    const bytes = await exported('ec', '-passout', 'pass:', ...args)
    expect(readPkcs12(bytes, '').keys).toHaveLength(1)
    expect(() => readPkcs12(bytes, 'another')).toThrow(/does not open/)
  })

  it('of ours, with a key alone', async () => {
    const bytes = await pkcs12(rsaKey, [], PASSWORD, 'app')
    expect(readPkcs12(bytes, PASSWORD)).toMatchObject({ keys: [expect.anything()], certificates: [] })
  })

  it('in BER, its contents in pieces of no said length, as Windows writes it', async () => {
    const [version, info, mac] = elementsOf(await exported('ec'))
    const [type, content] = elementsOf(info!)
    const octets = contentsOf(elementsOf(content!)[0]!)
    const pieces = [octets.subarray(0, 100), octets.subarray(100)].map(octetString)
    const explicit = endless(0xa0, endless(0x24, ...pieces))
    const bytes = endless(0x30, version!, endless(0x30, type!, explicit), mac!)
    expect(readPkcs12(bytes, PASSWORD).certificates).toHaveLength(1)
  })

  it('that is none, or is damaged, is told apart from a wrong password', async () => {
    expect(() => readPkcs12(Buffer.from('not one'), PASSWORD)).toThrow('It is no PKCS#12 file.')
    expect(() => readPkcs12(new X509Certificate(root.certificate).raw, '')).toThrow('It is no PKCS#12 file.')
    const bytes = await exported('ec', '-nomac')
    expect(() => readPkcs12(bytes.subarray(0, 500), PASSWORD)).toThrow('It is no PKCS#12 file.')
  })

  it('whose key takes very many rounds is refused at once', async () => {
    const bytes = await exported('ec', '-keypbe', 'NONE', '-certpbe', 'NONE', '-iter', '2048')
    const [version, info, mac] = elementsOf(bytes)
    const [digest, salt] = elementsOf(mac!)
    const [algorithm] = elementsOf(digest!)
    const long = endless(0x30, algorithm!, octetString(Buffer.alloc(60_000)))
    for (const [shown, rounds] of [
      [digest!, '020440000000'],
      // Many keys of few rounds each are as many.
      [long, '02022710'],
    ] as const) {
      const mac = endless(0x30, shown, salt!, Buffer.from(rounds, 'hex'))
      expect(() => readPkcs12(endless(0x30, version!, info!, mac), PASSWORD)).toThrow(
        /^It cannot be opened: its key is derived in no round, or in more than/,
      )
    }
  })
})

/** A BER value of indefinite length. */
const endless = (tag: number, ...parts: Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(tag, 0x80), ...parts, Buffer.of(0, 0)])

function octetString(octets: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x04, 0x82, octets.length >> 8, octets.length & 0xff), octets])
}
