import { createPublicKey, type KeyObject } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { readCertificate } from './certificate.ts'
import { Openssl } from './fixture-openssl.ts'
import { type Authority, authority, DAY, later, leafOf, NOW, revokedAt, Web } from './fixture-pki.ts'
import { issueCertificate } from './issue.ts'
import { buildOcspError, buildOcspRequest, buildOcspResponse, readOcspRequest, serialOf } from './ocsp.ts'
import { checkOcspResponse } from './ocsp-check.ts'
import { type Profile, profile } from './profile.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())

async function asked(key: 'rsa-2048' | 'ec-p256' | 'ec-p384' = 'ec-p256') {
  const web = new Web()
  const ca = await authority(web, 'root', { key })
  const leaf = await leafOf(ca, { key })
  const certificate = readCertificate(leaf.certificate)
  const issuer = readCertificate(ca.certificate)
  const request = buildOcspRequest(certificate, issuer)
  const check = (response: Buffer, at = NOW) =>
    checkOcspResponse(response, { certificate, issuer, nonce: request.nonce, at })
  return { web, ca, leaf, certificate, issuer, request, check }
}

describe.each(['rsa-2048', 'ec-p256', 'ec-p384'] as const)('with %s keys', (key) => {
  it('OpenSSL reads our request and believes our response: good, revoked, unknown', async () => {
    const { ca, leaf, request } = await asked(key)
    await openssl.writePem('ca.pem', ca.certificate)
    await openssl.writePem('leaf.pem', leaf.certificate)
    await openssl.write('request.der', request.der)
    expect((await openssl.run('ocsp', '-reqin', 'request.der', '-req_text')).text).toContain(leaf.serial())
    const opinion = async (response: Buffer) => {
      await openssl.write('response.der', response)
      const names = ['-issuer', 'ca.pem', '-cert', 'leaf.pem', '-CAfile', 'ca.pem', '-no_nonce']
      const times = ['-validity_period', '999999999', '-attime', String(NOW.getTime() / 1000)]
      return (await openssl.run('ocsp', '-respin', 'response.der', ...names, ...times)).text
    }
    expect(await opinion(ca.ocsp(request.der))).toMatch(/leaf\.pem: good\s[\s\S]*Response verify OK/)
    ca.revoked.set(leaf.serial(), revokedAt())
    expect(await opinion(ca.ocsp(request.der))).toMatch(
      /leaf\.pem: revoked\s[\s\S]*keyCompromise[\s\S]*Response verify OK/,
    )
    const unknown = buildOcspResponse({
      question: readOcspRequest(request.der),
      responder: ca,
      at: NOW,
      answer: () => ({ status: 'unknown', thisUpdate: NOW }),
    })
    expect(await opinion(unknown)).toMatch(/leaf\.pem: unknown\s[\s\S]*Response verify OK/)
  })

  it('we read OpenSSL’s request and believe its response', async () => {
    const { ca, leaf, certificate, issuer, request, check } = await asked(key)
    await openssl.writePem('ca.pem', ca.certificate)
    await openssl.writePem('leaf.pem', leaf.certificate)
    await openssl.write('ca.key', ca.key.export({ type: 'pkcs8', format: 'pem' }) as string)
    await openssl.run('ocsp', '-issuer', 'ca.pem', '-sha256', '-cert', 'leaf.pem', '-reqout', 'theirs.der')
    const theirs = readOcspRequest(await openssl.read('theirs.der'))
    expect(theirs.certificates.map(serialOf)).toEqual([leaf.serial()])
    expect(theirs.nonce).toBeDefined()
    expect(checkTheirs(ca.ocsp(await openssl.read('theirs.der')))).toBe('good')

    await openssl.write('index', `V\t270601000000Z\t\t${leaf.serial()}\tunknown\t/CN=app\n`)
    await openssl.write('request.der', request.der)
    const signer = ['-index', 'index', '-CA', 'ca.pem', '-rsigner', 'ca.pem', '-rkey', 'ca.key']
    await openssl.run('ocsp', ...signer, '-ndays', '1', '-reqin', 'request.der', '-respout', 'response.der')
    const answer = check(await openssl.read('response.der'), new Date())
    expect(answer).toMatchObject({ status: 'good', nextUpdate: expect.any(Date) })

    function checkTheirs(response: Buffer): string {
      const nonce = theirs.nonce!.subarray(2)
      return checkOcspResponse(response, { certificate, issuer, nonce, at: NOW }).status
    }
  })
})

describe('a response', () => {
  it('says good, or revoked with time and reason', async () => {
    const { ca, leaf, request, check } = await asked()
    expect(check(ca.ocsp(request.der))).toEqual({ status: 'good', thisUpdate: NOW })
    ca.revoked.set(leaf.serial(), revokedAt())
    expect(check(ca.ocsp(request.der))).toMatchObject({ status: 'revoked', revocation: revokedAt() })
  })

  it('of another authority, or signed by one, is not believed', async () => {
    const { ca, request, check, web } = await asked()
    const other = await authority(web, 'other')
    const sameName = await authority(web, 'root')
    expect(() => check(other.ocsp(request.der))).toThrow('neither the issuer nor sent along')
    expect(() => check(ca.ocsp(request.der, { responder: other }))).toThrow(
      'neither the issuer nor sent along',
    )
    const forged = { certificate: ca.certificate, key: sameName.key }
    expect(() => check(ca.ocsp(request.der, { responder: forged }))).toThrow('is not signed by the responder')
  })

  it('to another request, or about another certificate, is not believed', async () => {
    const { ca, certificate, issuer, request, check } = await asked()
    const again = buildOcspRequest(certificate, issuer)
    expect(() => check(ca.ocsp(again.der))).toThrow('nonce differs')
    const question = { certificates: readOcspRequest(request.der).certificates }
    const answer = () => ({ status: 'good', thisUpdate: NOW }) as const
    expect(check(buildOcspResponse({ question, responder: ca, at: NOW, answer })).status).toBe('good')
    const neighbour = readCertificate((await leafOf(ca)).certificate)
    const wrong = readOcspRequest(buildOcspRequest(neighbour, issuer).der)
    const about = buildOcspResponse({
      question: { certificates: wrong.certificates },
      responder: ca,
      at: NOW,
      answer,
    })
    expect(() => check(about)).toThrow('about another certificate')
  })

  it('of the past or the future is not believed; one without an end holds for an hour', async () => {
    const { ca, request, check } = await asked()
    const response = ca.ocsp(request.der)
    check(response, later(59 * 60_000))
    expect(() => check(response, later(61 * 60_000))).toThrow('out of date')
    check(response, later(-30_000))
    expect(() => check(response, later(-120_000))).toThrow('from the future')
    const question = readOcspRequest(request.der)
    const answer = () => ({ status: 'good', thisUpdate: NOW, nextUpdate: later(DAY) }) as const
    const lasting = buildOcspResponse({ question, responder: ca, at: NOW, answer })
    check(lasting, later(DAY))
    expect(() => check(lasting, later(DAY + 1000))).toThrow('out of date')
  })

  it('that says there is none says why', async () => {
    const { check } = await asked()
    expect(() => check(buildOcspError('unauthorized'))).toThrow('is "unauthorized"')
  })

  it('with any byte changed or cut off never says anything else and never crashes', async () => {
    const { ca, leaf, request, check } = await asked()
    ca.revoked.set(leaf.serial(), revokedAt())
    const response = ca.ocsp(request.der)
    for (let at = 0; at < response.length; at++) {
      const changed = Buffer.from(response)
      changed[at]! ^= 0x01
      // Some bytes around the signed part do not matter; what is said stays the same.
      expect(['refused', 'revoked'], `byte ${at}`).toContain(statusOf(() => check(changed)))
      expect(() => check(response.subarray(0, at)), `cut at ${at}`).toThrow(Error)
    }
  })
})

function statusOf(read: () => { status: string }): string {
  try {
    return read().status
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
    return 'refused'
  }
}

describe('a delegated responder', () => {
  const delegate: Profile = { ...profile('leaf'), extendedKeyUsage: ['OCSPSigning'] }

  it.each([
    ['is believed when the issuer says so', delegate, undefined],
    ['needs the OCSPSigning purpose', profile('leaf'), 'did not delegate'],
    ['may not have expired', { ...delegate, notAfter: '-1m' }, 'not valid now'],
    [
      'needs digitalSignature',
      { ...delegate, keyUsage: ['keyEncipherment' as const] },
      'lacks digitalSignature',
    ],
  ])('%s', async (_, wanted, words) => {
    const { ca, leaf, request, check } = await asked('rsa-2048')
    const response = await delegated(ca, leaf.serial(), request.der, { ...wanted, notBefore: '-1y' }, ca)
    if (words) expect(() => check(response, new Date())).toThrow(words)
    else expect(check(response, new Date()).status).toBe('good')
  })

  it('of another authority is not believed', async () => {
    const { ca, leaf, request, check, web } = await asked('rsa-2048')
    const other = await authority(web, 'root', { key: 'rsa-2048' })
    const response = await delegated(ca, leaf.serial(), request.der, delegate, other)
    expect(() => check(response, new Date())).toThrow("certificate is not the issuer's")
  })

  /** `openssl ocsp` signs, with a certificate of ours for that; its clock is the real one. */
  async function delegated(
    ca: Authority,
    serial: string,
    request: Buffer,
    wanted: Profile,
    issuer: Authority,
  ) {
    const key: KeyObject = (await leafOf(issuer)).key
    const subject = { publicKey: createPublicKey(key), commonName: 'responder' }
    const certificate = await issueCertificate({ profile: wanted, subject, issuer, at: new Date() })
    await openssl.writePem('delegator.pem', ca.certificate)
    await openssl.writePem('responder.pem', certificate)
    await openssl.write('responder.key', key.export({ type: 'pkcs8', format: 'pem' }) as string)
    await openssl.write('index', `V\t270601000000Z\t\t${serial}\tunknown\t/CN=app\n`)
    await openssl.write('request.der', request)
    const signer = [
      '-index',
      'index',
      '-CA',
      'delegator.pem',
      '-rsigner',
      'responder.pem',
      '-rkey',
      'responder.key',
    ]
    const made = await openssl.run(
      'ocsp',
      ...signer,
      '-ndays',
      '1',
      '-reqin',
      'request.der',
      '-respout',
      'out.der',
    )
    expect(made.code, made.text).toBe(0)
    return openssl.read('out.der')
  }
})
