/** Files of certificates as OpenSSL writes them. */
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificatesIn } from './bundle.ts'
import { Openssl } from './fixture-openssl.ts'
import { createTlsRoot } from './tls.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())

const roots = await Promise.all([createTlsRoot(), createTlsRoot()])
const fingerprints = roots.map(({ certificate }) => new X509Certificate(certificate).fingerprint256)
const bundle = roots.map(({ certificate }) => `Some words about it\n${certificate}`).join('')
const found = (bytes: Buffer) => certificatesIn(bytes).map(({ x509 }) => x509.fingerprint256)

beforeAll(() => openssl.write('bundle.pem', bundle))

test('PEM, with words between and a key among them', () => {
  expect(found(Buffer.from(bundle))).toEqual(fingerprints)
  expect(found(Buffer.from(roots[0]!.key + bundle.replaceAll('\n', '\r\n')))).toEqual(fingerprints)
})

test('DER', () => {
  expect(found(new X509Certificate(roots[0]!.certificate).raw)).toEqual(fingerprints.slice(0, 1))
})

test.each(['PEM', 'DER'])('PKCS#7 without signatures, %s', async (form) => {
  await openssl.run('crl2pkcs7', '-nocrl', '-certfile', 'bundle.pem', '-outform', form, '-out', 'made.p7b')
  expect(found(await openssl.read('made.p7b')).sort()).toEqual([...fingerprints].sort())
})

test('neither: an error in words', () => {
  expect(() => certificatesIn(Buffer.from('nothing of the kind'))).toThrow()
  expect(certificatesIn(Buffer.from(roots[0]!.key))).toEqual([])
})
