import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { readCertificate } from './certificate.ts'
import { Openssl } from './fixture-openssl.ts'
import { authority, DAY, later, leafOf, NOW, Web } from './fixture-pki.ts'
import { issueCertificate, issueRoot } from './issue.ts'
import { generateKey } from './keys.ts'
import { profile, readProfiles } from './profile.ts'
import { createTlsRoot, issueTlsCertificate } from './tls.ts'
import { publicKeyOf, uriNames } from './x5c.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())
const at = ['-attime', String(NOW.getTime() / 1000)]

describe.each(['rsa-2048', 'ec-p256', 'ec-p384'] as const)('certificates of %s keys', (key) => {
  it('are what OpenSSL takes for a strictly valid chain', async () => {
    const web = new Web()
    const root = await authority(web, 'root', { key })
    const intermediate = await authority(web, 'intermediate', { key, issuer: root })
    const leaf = await leafOf(intermediate, { key })
    await openssl.writePem('root.pem', root.certificate)
    await openssl.writePem('intermediate.pem', intermediate.certificate)
    await openssl.writePem('leaf.pem', leaf.certificate)
    const verify = ['verify', '-x509_strict', ...at, '-CAfile', 'root.pem', '-untrusted', 'intermediate.pem']
    expect(await openssl.run(...verify, 'leaf.pem')).toEqual({ code: 0, text: 'leaf.pem: OK\n' })
    expect((await openssl.run('verify', ...at, '-CAfile', 'root.pem', 'leaf.pem')).code).not.toBe(0)
  })
})

describe('a leaf', () => {
  it('says its URI, where its CRL, OCSP responder and issuer are, and both key identifiers', async () => {
    const web = new Web()
    const root = await authority(web, 'root')
    const leaf = await leafOf(root, { uris: ['https://app.example/udap', 'urn:oid:1.2.3'] })
    await openssl.writePem('leaf.pem', leaf.certificate)
    const { text } = await openssl.run('x509', '-in', 'leaf.pem', '-noout', '-text')
    expect(text).toMatch(/Version: 3/)
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/)
    expect(text).toMatch(/Subject Alternative Name:\s+URI:https:\/\/app\.example\/udap, URI:urn:oid:1\.2\.3/)
    expect(text).toMatch(/CRL Distribution Points:\s+Full Name:\s+URI:http:\/\/ca\.test\/root\/crl/)
    expect(text).toMatch(
      /CA Issuers - URI:http:\/\/ca\.test\/root\/cer\s+OCSP - URI:http:\/\/ca\.test\/root\/ocsp/,
    )
    expect(text).toMatch(/Subject Key Identifier:\s+([0-9A-F]{2}:){19}/)
    expect(text).toMatch(/Authority Key Identifier:\s+([0-9A-F]{2}:){19}/)
    expect(text).toContain('Not Before: Jun  1 11:00:00 2026 GMT')
  })

  it('has its own positive serial number of at most 20 bytes', async () => {
    const root = await authority(new Web(), 'root')
    const serials = await Promise.all(Array.from({ length: 20 }, async () => (await leafOf(root)).serial()))
    expect(new Set(serials).size).toBe(20)
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/)
  })

  it('that ends after 2049 says so in the other form of time', async () => {
    const root = await authority(new Web(), 'root')
    const leaf = await leafOf(root, { profile: { notAfter: '30y' } })
    expect(new X509Certificate(leaf.certificate).validToDate.getUTCFullYear()).toBe(2056)
  })

  it('counts its times in whole seconds, also in that form', async () => {
    const issuer = await authority(new Web(), 'root')
    const subject = { publicKey: createPublicKey(issuer.key), commonName: 'app' }
    const wanted = { ...profile('leaf'), notAfter: '30y' }
    const certificate = await issueCertificate({ profile: wanted, subject, issuer, at: later(789) })
    expect(certificate.toString('latin1')).toMatch(/260601110000Z.{2}20560524120000Z/s)
  })

  it('with a name that no certificate can carry is refused in words', async () => {
    const root = await authority(new Web(), 'root')
    await expect(leafOf(root, { uris: ['https://müller.example'] })).rejects.toThrow('percent-encoded')
  })
})

describe('a common name', () => {
  it.each(['Müller, O=Other + CN=root; <1>', "payer's #1 app, ", 'CN=x', 'the "app"', 'a\\b', '#0c0178'])(
    'stands in the certificate to the letter: %s',
    async (name) => {
      const leaf = await leafOf(await authority(new Web(), 'root'), { name })
      expect(new X509Certificate(leaf.certificate).toLegacyObject().subject).toEqual({ CN: name })
    },
  )
})

describe('URI names', () => {
  it('come back to the letter, whatever Node would escape', async () => {
    const uris = [
      'https://a.example/x,URI:https://b.example',
      'https://A.example:443/?q="1"&r=\'2\'',
      'urn:x:\\y',
    ]
    const leaf = await leafOf(await authority(new Web(), 'root'), { uris })
    const certificate = new X509Certificate(leaf.certificate)
    expect(uriNames(certificate)).toEqual(uris)
    expect(uriNames(certificate)).not.toContain('https://b.example')
  })

  it('are none when there are none, and the key is the one it was made for', async () => {
    const leaf = await leafOf(await authority(new Web(), 'root'), { uris: [] })
    const certificate = new X509Certificate(leaf.certificate)
    expect(uriNames(certificate)).toEqual([])
    expect(publicKeyOf(certificate).equals(createPublicKey(leaf.key))).toBe(true)
    expect(publicKeyOf(certificate)).toBe(publicKeyOf(new X509Certificate(leaf.certificate)))
  })
})

describe('the hash of a signature', () => {
  it.each([
    ['rsa-2048', undefined, 'sha256WithRSAEncryption'],
    ['rsa-2048', 'sha384', 'sha384WithRSAEncryption'],
    ['rsa-2048', 'sha1', 'sha1WithRSAEncryption'],
    ['ec-p256', undefined, 'ecdsa-with-SHA256'],
    ['ec-p256', 'sha512', 'ecdsa-with-SHA512'],
    ['ec-p256', 'sha1', 'ecdsa-with-SHA1'],
    ['ec-p384', undefined, 'ecdsa-with-SHA384'],
  ] as const)('of a key %s, %s wanted, is that of %s', async (key, hash, algorithm) => {
    const issuer = await authority(new Web(), 'root', { key })
    const leaf = await leafOf(issuer, { profile: hash ? { hash } : {} })
    expect(new X509Certificate(leaf.certificate).verify(createPublicKey(issuer.key))).toBe(true)
    await openssl.writePem('signed.pem', leaf.certificate)
    const { text } = await openssl.run('x509', '-in', 'signed.pem', '-noout', '-text')
    expect(text.match(/Signature Algorithm: \S+/g)).toEqual(
      Array(2).fill(`Signature Algorithm: ${algorithm}`),
    )
  })

  it('is none for a key that cannot sign certificates here', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    await expect(issueRoot(profile('root'), privateKey, 'root', NOW)).rejects.toThrow(
      'Cannot sign with a key of type ed25519',
    )
  })
})

describe('profiles', () => {
  it('describe faulty certificates without code', async () => {
    const faulty = readProfiles(
      [
        'expired: { title: x, key: ec-p256, notBefore: -30d, notAfter: -1d, subjectAltName: [uri], extensions: [] }',
        'wrong-san: { title: x, key: ec-p256, notBefore: -1h, notAfter: 1y, subjectAltName: [{ uri: "https://other.example" }], extensions: [] }',
        'other-kinds: { title: x, key: ec-p256, notBefore: -1h, notAfter: 1y, subjectAltName: [dns], extendedKeyUsage: [clientAuth, 1.2.3.4], extensions: [] }',
        'other-extensions: { title: x, key: ec-p256, notBefore: -1h, notAfter: 1y, extensions: [{ oid: 1.2.3.4, critical: true, value: 0c0178 }] }',
        'weak-key: { title: x, key: rsa-1024, hash: sha1, notBefore: -1h, notAfter: 1y, subjectAltName: [uri], extensions: [] }',
      ].join('\n'),
      'faulty.yaml',
    )
    const issuer = await authority(new Web(), 'root', { key: 'rsa-2048' })
    const make = async (name: string) => {
      const wanted = faulty[name]!
      const publicKey = createPublicKey(await generateKey(wanted.key))
      const names = { uri: ['https://app.example'] }
      const subject = { publicKey, commonName: name, names }
      return new X509Certificate(await issueCertificate({ profile: wanted, subject, issuer, at: NOW }))
    }
    const expired = await make('expired')
    expect(expired.validToDate).toEqual(later(-DAY))
    expect(uriNames(expired)).toEqual(['https://app.example'])
    expect(uriNames(await make('wrong-san'))).toEqual(['https://other.example'])
    const others = await make('other-kinds')
    expect(uriNames(others)).toEqual([])
    expect(others.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.2.3.4'])
    const { extensions } = readCertificate((await make('other-extensions')).raw)
    expect([...extensions.keys()]).toEqual(['1.2.3.4'])
    const { critical, extnValue } = extensions.get('1.2.3.4')!
    expect([critical, Buffer.from(extnValue.buffer).toString('hex')]).toEqual([true, '0c0178'])
    const weak = await make('weak-key')
    expect(weak.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024)
    await openssl.writePem('weak.pem', weak.raw)
    const { text } = await openssl.run('x509', '-in', 'weak.pem', '-noout', '-text')
    expect(text).toContain('sha1WithRSAEncryption')
  })

  it.each([
    ['{}', 'leaf must have required property'],
    [
      '{ title: x, key: dsa, notBefore: -1h, notAfter: 1y, extensions: [] }',
      'leaf.key must be one of rsa-1024',
    ],
    [
      '{ title: x, key: ec-p256, notBefore: now, notAfter: 1y, extensions: [] }',
      'leaf.notBefore must be a time such as 5m',
    ],
    [
      '{ title: x, key: ec-p256, notBefore: -1h, notAfter: 1y, extensions: [], color: red }',
      'leaf.color is no field of a profile',
    ],
  ])('with a mistake are refused in words: %s', (text, words) => {
    expect(() => readProfiles(`leaf: ${text}`, 'p.yaml')).toThrow(`p.yaml: ${words}`)
  })

  it('take over what they do not say from the one that they are like', () => {
    const text = `
a: { title: A, key: rsa-2048, notBefore: -1h, notAfter: 1y, keyUsage: [digitalSignature], extensions: [] }
b: { title: B, like: a, notAfter: 1d }`
    const { a, b } = readProfiles(text, 'p.yaml')
    expect(b).toEqual({ ...a, title: 'B', notAfter: '1d' })
    const wrong = text.replace('like: a', 'like: c')
    expect(() => readProfiles(wrong, 'p.yaml')).toThrow('p.yaml: b.like names no profile above it.')
  })

  it('that do not exist are refused with the names of those that do', () => {
    expect(() => profile('constructor')).toThrow('there are: root, intermediate, leaf')
  })
})

describe('TLS certificates', () => {
  it('name hosts and addresses, and OpenSSL accepts them for each and for no other', async () => {
    const root = await createTlsRoot()
    const { chain, key } = await issueTlsCertificate(root, [
      'as-c1.localhost',
      'fhir-c1.localhost',
      '127.0.0.1',
      '::1',
    ])
    expect(new X509Certificate(chain).checkPrivateKey(createPrivateKey(key))).toBe(true)
    await openssl.write('tls-root.pem', root.certificate)
    await openssl.write('tls.pem', chain)
    const verify = (...names: string[]) =>
      openssl.run(
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        'tls-root.pem',
        ...names,
        'tls.pem',
      )
    for (const host of ['as-c1.localhost', 'fhir-c1.localhost']) {
      expect((await verify('-verify_hostname', host)).code).toBe(0)
    }
    for (const ip of ['127.0.0.1', '::1']) expect((await verify('-verify_ip', ip)).code).toBe(0)
    expect((await verify('-verify_hostname', 'other.localhost')).code).not.toBe(0)
  })
})
