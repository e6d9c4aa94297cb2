/** OpenSSL opens what we make, and finds the same key and the same chain. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { Openssl } from './fixture-openssl.ts'
import { generateKey } from './keys.ts'
import { pkcs12 } from './pkcs12.ts'
import { createTlsRoot, issueTlsCertificate } from './tls.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())

const root = await createTlsRoot()
const { chain, key } = await issueTlsCertificate(root, ['as-c1.localhost'])
const ders = [chain, root.certificate].map((pem) => new X509Certificate(pem).raw)

test.each(['changeit', 'Jürgen ✓ 12'])('a file with the password %s', async (password) => {
  await openssl.write('store.p12', await pkcs12(key, ders, password, 'as'))
  await openssl.write('password', password)
  const { code, text } = await openssl.run('pkcs12', '-in', 'store.p12', '-noenc', '-passin', 'file:password')
  expect(text).toContain('friendlyName: as')
  expect(code).toBe(0)
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  expect(pems.map((pem) => new X509Certificate(pem).raw)).toEqual(ders)
  const [found] = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/) ?? []
  expect(createPrivateKey(found!).equals(createPrivateKey(key))).toBe(true)
})

test('an RSA key', async () => {
  const rsa = await generateKey('rsa-2048')
  await openssl.write('rsa.p12', await pkcs12(rsa, [], 'changeit', 'as'))
  const { text } = await openssl.run('pkcs12', '-in', 'rsa.p12', '-noenc', '-passin', 'pass:changeit')
  const [found] = text.match(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/) ?? []
  expect(createPrivateKey(found!).equals(createPrivateKey(rsa))).toBe(true)
})

test('another password opens nothing', async () => {
  await openssl.write('other.p12', await pkcs12(key, ders, 'changeit', 'as'))
  const { code, text } = await openssl.run('pkcs12', '-in', 'other.p12', '-noenc', '-passin', 'pass:other')
  expect(text).toMatch(/invalid password|mac verify/i)
  expect(code).toBe(1)
})
