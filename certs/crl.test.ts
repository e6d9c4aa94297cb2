import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { readCertificate } from './certificate.ts'
import { checkCrl, readCrl } from './crl.ts'
import { Openssl } from './fixture-openssl.ts'
import { authority, DAY, later, leafOf, NOW, revokedAt, Web } from './fixture-pki.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())

const serialOf = (index: number) => (0x40_0000 + index).toString(16).toUpperCase()

describe.each(['rsa-2048', 'ec-p256'] as const)('a CRL signed by %s', (key) => {
  it('is what OpenSSL verifies and reads: number, times, entries with reasons', async () => {
    const ca = await authority(new Web(), 'root', { key })
    ca.revoked.set('0A', { at: later(-DAY), reason: 'unspecified' })
    ca.revoked.set('F0E1D2', { at: NOW, reason: 'keyCompromise' })
    await openssl.writePem('ca.pem', ca.certificate)
    await openssl.write('list.crl', ca.crl({ number: 300 }))
    const { text } = await openssl.run(
      'crl',
      '-inform',
      'DER',
      '-in',
      'list.crl',
      '-CAfile',
      'ca.pem',
      '-noout',
      '-text',
    )
    expect(text).toContain('verify OK')
    expect(text).toContain('Version 2 (0x1)')
    expect(text).toMatch(/X509v3 CRL Number:\s+300/)
    expect(text).toContain('Last Update: Jun  1 12:00:00 2026 GMT')
    expect(text).toContain('Next Update: Jun  2 12:00:00 2026 GMT')
    expect(text).toMatch(/Serial Number: 0A\s+Revocation Date: May 31 12:00:00 2026 GMT\s+Serial/)
    expect(text).toMatch(
      /Serial Number: F0E1D2\s.*\s+CRL entry extensions:\s+X509v3 CRL Reason Code:\s+Key Compromise/,
    )
    expect(text).toMatch(/Authority Key Identifier:\s+([0-9A-F]{2}:){19}/)
  })

  it('makes OpenSSL refuse a leaf that it accepted before', async () => {
    const web = new Web()
    const root = await authority(web, 'root', { key })
    const intermediate = await authority(web, 'intermediate', { key, issuer: root })
    const leaf = await leafOf(intermediate, { key })
    await openssl.writePem('root.pem', root.certificate)
    await openssl.writePem('intermediate.pem', intermediate.certificate)
    await openssl.writePem('leaf.pem', leaf.certificate)
    const verify = async () => {
      for (const [name, ca] of [
        ['root', root],
        ['intermediate', intermediate],
      ] as const) {
        await openssl.write(`${name}.crl`, ca.crl())
        await openssl.run('crl', '-inform', 'DER', '-in', `${name}.crl`, '-out', `${name}.crl.pem`)
      }
      const lists = ['-CRLfile', 'root.crl.pem', '-CRLfile', 'intermediate.crl.pem']
      const chain = ['-CAfile', 'root.pem', '-untrusted', 'intermediate.pem', 'leaf.pem']
      const at = ['-attime', String(NOW.getTime() / 1000)]
      return openssl.run('verify', '-x509_strict', '-crl_check_all', ...at, ...lists, ...chain)
    }
    expect(await verify()).toEqual({ code: 0, text: 'leaf.pem: OK\n' })
    intermediate.revoked.set(leaf.serial(), revokedAt())
    expect((await verify()).text).toContain('certificate revoked')
  })
})

describe('readCrl', () => {
  it('reads its own entries, and many of them', async () => {
    const ca = await authority(new Web(), 'root')
    for (let index = 0; index < 5000; index++) ca.revoked.set(serialOf(index), revokedAt())
    const { revoked } = readCrl(ca.crl(), readCertificate(ca.certificate))
    expect(revoked.size).toBe(5000)
    expect(revoked.get(serialOf(4999))).toEqual(revokedAt())
  })

  it('reads what OpenSSL makes', async () => {
    const ca = await authority(new Web(), 'root', { key: 'rsa-2048' })
    const list = await opensslCrl(ca, 'R\t270101000000Z\t260101000000Z,keyCompromise\t0ABC\tunknown\t/CN=x\n')
    const crl = readCrl(list, readCertificate(ca.certificate))
    expect(crl.revoked.get('0ABC')).toEqual({ at: new Date('2026-01-01T00:00:00Z'), reason: 'keyCompromise' })
  })

  it.each([
    ['a delta CRL', 'deltaCRL = critical,ASN1:INTEGER:1', 'delta CRL'],
    [
      'an indirect CRL',
      'issuingDistributionPoint = critical,@idp\n[idp]\nindirectCRL = TRUE',
      'covers only a part',
    ],
    [
      'a CRL for some reasons',
      'issuingDistributionPoint = critical,@idp\n[idp]\nonlysomereasons = keyCompromise',
      'covers only a part',
    ],
    [
      'a CRL with an unknown critical extension',
      '1.2.3.4 = critical,ASN1:NULL',
      'critical extension 1.2.3.4',
    ],
  ])('refuses %s', async (_, extension, words) => {
    const ca = await authority(new Web(), 'root')
    const list = await opensslCrl(ca, '', extension)
    expect(() => readCrl(list, readCertificate(ca.certificate))).toThrow(words)
  })

  it('minds whom a CRL is for', async () => {
    const ca = await authority(new Web(), 'root')
    const leaf = readCertificate((await leafOf(ca)).certificate)
    const read = async (idp: string) =>
      readCrl(
        await opensslCrl(ca, '', `issuingDistributionPoint = critical,@idp\n[idp]\n${idp}`),
        readCertificate(ca.certificate),
      )
    const now = new Date()
    const onlyCas = await read('onlyCA = TRUE')
    expect(() => checkCrl(onlyCas, leaf, now)).toThrow('another kind of certificate')
    const onlyUsers = await read('onlyuser = TRUE')
    checkCrl(onlyUsers, leaf, now)
    const elsewhere = await read('fullname = URI:http://ca.test/other/crl')
    expect(() => checkCrl(elsewhere, leaf, now)).toThrow('another distribution point')
    const here = await read('fullname = URI:http://ca.test/root/crl')
    checkCrl(here, leaf, now)
  })

  it('never crashes on what is no CRL', async () => {
    const ca = await authority(new Web(), 'root')
    const issuer = readCertificate(ca.certificate)
    ca.revoked.set('0ABC', revokedAt())
    const list = ca.crl()
    const { revoked } = readCrl(list, issuer)
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('hello'),
      ca.certificate,
      Buffer.concat([list, list]),
    ]) {
      expect(() => readCrl(bytes, issuer)).toThrow(Error)
    }
    let refused = 0
    for (let at = 0; at < list.length; at++) {
      const changed = Buffer.from(list)
      changed[at]! ^= 0x01
      try {
        // A byte around the signed part that does not matter: what is said stays the same.
        expect(readCrl(changed, issuer).revoked, `byte ${at}`).toEqual(revoked)
      } catch (error) {
        expect((error as Error).name).toBe('Error')
        refused++
      }
    }
    expect(refused).toBeGreaterThan(list.length - 5)
  })
})

/** A CRL for now made by `openssl ca`, from its index of certificates. */
async function opensslCrl(
  ca: Awaited<ReturnType<typeof authority>>,
  index: string,
  extension = '',
): Promise<Buffer> {
  const name = createHash('sha1')
    .update(index + extension)
    .digest('hex')
    .slice(0, 8)
  await openssl.writePem(`${name}.pem`, ca.certificate)
  await openssl.write(`${name}.key`, ca.key.export({ type: 'pkcs8', format: 'pem' }) as string)
  await openssl.write(`${name}.index`, index)
  const [own, ...sections] = extension.split('\n[')
  const extra = sections.map((section) => `[${section}`).join('\n')
  await openssl.write(
    `${name}.cnf`,
    `[ca]\ndefault_ca = us\n[us]\ndatabase = ${name}.index\ndefault_md = sha256\ndefault_crl_days = 1\ncrl_extensions = ext\n[ext]\nauthorityKeyIdentifier = keyid\n${own}\n${extra}\n`,
  )
  const files = ['-config', `${name}.cnf`, '-cert', `${name}.pem`, '-keyfile', `${name}.key`]
  const made = await openssl.run('ca', '-gencrl', ...files, '-out', `${name}.crl`)
  expect(made.code, made.text).toBe(0)
  await openssl.run('crl', '-in', `${name}.crl`, '-outform', 'DER', '-out', `${name}.der`)
  return openssl.read(`${name}.der`)
}
