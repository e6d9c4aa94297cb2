import { X509Certificate } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createChainCache } from '../../certs/cache.ts'
import { readCertificate } from '../../certs/certificate.ts'
import { validateChain } from '../../certs/chain.ts'
import { readCrl } from '../../certs/crl.ts'
import { Openssl } from '../../certs/fixture-openssl.ts'
import { buildOcspError, buildOcspRequest } from '../../certs/ocsp.ts'
import { contextOf } from '../fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { certificateAuthority } from './actor.ts'
import { get, type Options, overHttp, publicKey, startAuthority } from './fixture.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())
const DAY = 24 * 3600 * 1000

const bed = new Bed()
afterEach(() => bed.close())

const start = (options?: Options) => startAuthority(bed, options)

describe('a certificate authority', () => {
  it('issues a leaf that chains to the root of its facts, with where to ask about it', async () => {
    const { ca, url, root, intermediate, issue } = await start({ with: { community: 'urn:example:north' } })
    expect(ca.facts.community).toBe('urn:example:north')
    const { serial, leaf, chain } = await issue({ commonName: 'Payer backend' })
    expect(chain[1]).toBe(intermediate.toString('base64'))
    const certificate = readCertificate(leaf)
    expect(certificate.serial).toBe(serial)
    expect(certificate.uriNames).toEqual(['https://app.example/udap'])
    expect(certificate.x509.subject).toContain('CN=Payer backend')
    expect(certificate.crlUrls).toEqual([`${url}/crl/intermediate.crl`])
    expect(certificate.ocspUrls).toEqual([`${url}/ocsp`])
    expect((await get(certificate.caIssuersUrls[0]!)).body.equals(intermediate)).toBe(true)
    const request = { x5c: [chain[0]!], anchors: [root.toString('base64')], at: new Date() }
    const { path } = await validateChain({ ...request, revocation: 'hard-fail', fetch: overHttp })
    expect(path).toHaveLength(3)
  })

  it('shows a revocation at once, and records each hop', async () => {
    const { root, issue, revoke, ca } = await start()
    const { serial, chain } = await issue()
    const check = () =>
      validateChain({
        x5c: chain,
        anchors: [root.toString('base64')],
        at: new Date(),
        revocation: 'hard-fail',
        fetch: overHttp,
      })
    await check()
    const { outputs } = await ca.act('ca/revoke', { serial, reason: 'keyCompromise' }, 5000)
    expect(outputs).toEqual({ serial, issuer: 'intermediate', at: expect.stringMatching(/T.*Z$/) })
    await expect(check()).rejects.toMatchObject({
      check: 'chain-revoked',
      message: expect.stringContaining('keyCompromise'),
    })
    const hops = await bed.halves()
    expect(
      hops.map(
        ({ request, response }) => `${request?.method} ${new URL(request!.url).pathname} ${response?.status}`,
      ),
    ).toEqual(Array(4).fill('POST /ocsp 200'))
    await revoke({ serial })
    const again = await ca.act('ca/revoke', { serial }, 5000)
    expect(again.outputs.at).toBe(outputs.at)
  })
})

describe('CRL', () => {
  it('is DER of the right type, verified by OpenSSL, one for each authority', async () => {
    const { url, root, intermediate } = await start({ key: 'rsa-2048' })
    for (const [name, certificate] of [
      ['root', root],
      ['intermediate', intermediate],
    ] as const) {
      const { status, type, body } = await get(`${url}/crl/${name}.crl`)
      expect({ status, type }).toEqual({ status: 200, type: 'application/pkix-crl' })
      await openssl.writePem('ca.pem', certificate)
      await openssl.write('list.crl', body)
      const { text } = await openssl.run(
        'crl',
        '-inform',
        'DER',
        '-in',
        'list.crl',
        '-CAfile',
        'ca.pem',
        '-text',
        '-noout',
      )
      expect(text).toContain('verify OK')
      expect(text).toContain('No Revoked Certificates')
    }
  })

  it('stays the same until something is revoked or its time is over; its number grows', async () => {
    const { url, ca, issue, revoke } = await start()
    const list = async () => (await get(`${url}/crl/intermediate.crl`)).body
    const first = await list()
    expect((await list()).equals(first)).toBe(true)
    expect(await numberOf(first)).toBe(1)
    const { serial } = await issue()
    expect((await list()).equals(first)).toBe(true)
    await revoke({ serial })
    const second = await list()
    expect(await numberOf(second)).toBe(2)
    await revoke({ serial })
    expect((await list()).equals(second)).toBe(true)
    await ca.setClock(2 * DAY)
    const third = await list()
    expect(await numberOf(third)).toBe(3)
    const { thisUpdate, nextUpdate, revoked } = readCrl(
      third,
      readCertificate(Buffer.from(ca.facts.intermediate as string, 'base64')),
    )
    expect(Math.abs(thisUpdate.getTime() - Date.now() - 2 * DAY)).toBeLessThan(5000)
    expect(nextUpdate.getTime() - thisUpdate.getTime()).toBe(DAY)
    expect([...revoked.keys()]).toEqual([serial])
    await ca.setClock(0)
    expect(await numberOf(await list())).toBe(4)
  })

  async function numberOf(crl: Buffer): Promise<number> {
    await openssl.write('number.crl', crl)
    const { text } = await openssl.run('crl', '-inform', 'DER', '-in', 'number.crl', '-noout', '-crlnumber')
    return Number(/crlNumber=0x([0-9A-F]+)/.exec(text)?.[1])
  }
})

describe('OpenSSL', () => {
  it.each(['rsa-2048', 'ec-p384'] as const)(
    'with %s: verify -crl_check_all and ocsp say good, then revoked',
    async (key) => {
      const { url, root, intermediate, issue, revoke } = await start({ key })
      const { serial, leaf } = await issue({ publicKey: await publicKey(key) })
      await openssl.writePem('root.pem', root)
      await openssl.writePem('intermediate.pem', intermediate)
      await openssl.writePem('leaf.pem', leaf)
      const verify = async () => {
        for (const name of ['root', 'intermediate']) {
          await openssl.write(`${name}.crl`, (await get(`${url}/crl/${name}.crl`)).body)
          await openssl.run('crl', '-inform', 'DER', '-in', `${name}.crl`, '-out', `${name}.crl.pem`)
        }
        const lists = ['-CRLfile', 'root.crl.pem', '-CRLfile', 'intermediate.crl.pem']
        const chain = ['-CAfile', 'root.pem', '-untrusted', 'intermediate.pem', 'leaf.pem']
        return openssl.run('verify', '-x509_strict', '-crl_check_all', ...lists, ...chain)
      }
      const ocsp = async (issuer: string, certificate: string, ...more: string[]) => {
        const names = [
          '-issuer',
          issuer,
          ...more,
          '-cert',
          certificate,
          '-CAfile',
          'root.pem',
          '-verify_other',
          issuer,
        ]
        return (await openssl.run('ocsp', '-url', `${url}/ocsp`, ...names)).text
      }
      expect(await verify()).toEqual({ code: 0, text: 'leaf.pem: OK\n' })
      for (const hash of ['-sha1', '-sha256', '-sha512']) {
        const text = await ocsp('intermediate.pem', 'leaf.pem', hash)
        expect(text).toContain('Response verify OK')
        expect(text).toContain('leaf.pem: good')
        expect(text).not.toContain('WARNING')
      }
      expect(await ocsp('root.pem', 'intermediate.pem')).toContain('intermediate.pem: good')

      await revoke({ serial: serial.toLowerCase(), reason: 'keyCompromise' })
      expect((await verify()).text).toContain('certificate revoked')
      expect(await ocsp('intermediate.pem', 'leaf.pem')).toMatch(
        /leaf\.pem: revoked\s[\s\S]*Reason: keyCompromise/,
      )

      const second = await issue()
      await openssl.writePem('leaf.pem', second.leaf)
      expect((await verify()).code).toBe(0)
      await revoke({ serial: readCertificate(intermediate).serial, issuer: 'root' })
      expect((await verify()).text).toContain('certificate revoked')
      expect(await ocsp('root.pem', 'intermediate.pem')).toContain('intermediate.pem: revoked')
    },
  )
})

describe('OCSP', () => {
  const post = (url: string, body: Buffer, type = 'application/ocsp-request') =>
    get(`${url}/ocsp`, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) })
  const malformed = buildOcspError('malformedRequest')

  it('by GET says what it says by POST, encoded or not', async () => {
    const { url, intermediate, issue } = await start()
    const issuer = readCertificate(intermediate)
    await openssl.writePem('ca.pem', intermediate)
    for (let round = 0; round < 10; round++) {
      const { leaf } = await issue()
      const { der } = buildOcspRequest(readCertificate(leaf), issuer)
      const base64 = der.toString('base64')
      for (const path of [encodeURIComponent(base64), base64]) {
        const { status, type, body } = await get(`${url}/ocsp/${path}`)
        expect({ status, type }).toEqual({ status: 200, type: 'application/ocsp-response' })
        await openssl.write('response.der', body)
        const { text } = await openssl.run(
          'ocsp',
          '-respin',
          'response.der',
          '-CAfile',
          'ca.pem',
          '-partial_chain',
          '-resp_text',
        )
        expect(text).toContain('Cert Status: good')
      }
    }
  })

  it('says unknown of a certificate that it did not issue, and of another authority', async () => {
    const { url, issue } = await start()
    const other = await start()
    const { leaf } = await issue()
    const stranger = await other.issue()
    const ask = async (certificate: Buffer, issuer: Buffer) => {
      await openssl.write(
        'response.der',
        (await post(url, buildOcspRequest(readCertificate(certificate), readCertificate(issuer)).der)).body,
      )
      return (await openssl.run('ocsp', '-respin', 'response.der', '-noverify', '-resp_text')).text
    }
    expect(await ask(stranger.leaf, other.intermediate)).toContain('Cert Status: unknown')
    expect(await ask(leaf, other.intermediate)).toContain('Cert Status: unknown')
  })

  it('answers what it cannot read by malformedRequest, never by a 5xx', async () => {
    const { url, intermediate, issue } = await start()
    const { leaf } = await issue()
    const { der } = buildOcspRequest(readCertificate(leaf), readCertificate(intermediate))
    const bad = [
      Buffer.of(0x30),
      Buffer.from('hello'),
      leaf,
      Buffer.concat([der, der]),
      Buffer.from('3000', 'hex'),
    ]
    for (const body of bad) {
      expect((await post(url, body)).body.equals(malformed), body.toString('hex').slice(0, 20)).toBe(true)
    }
    expect((await get(`${url}/ocsp`, { method: 'POST' })).body.equals(malformed)).toBe(true)
    expect((await get(`${url}/ocsp/`)).body.equals(malformed)).toBe(true)
    expect((await get(`${url}/ocsp/%00%ff`)).status).toBe(400)
    expect((await get(`${url}/ocsp/!!!!`)).body.equals(malformed)).toBe(true)
    for (let at = 0; at < der.length; at++) {
      for (const flip of [0x01, 0xff]) {
        const changed = Buffer.from(der)
        changed[at]! ^= flip
        expect((await post(url, changed)).status, `byte ${at}`).toBe(200)
      }
    }
  })

  it('refuses what is too long or of another type', async () => {
    const { url } = await start()
    expect((await post(url, Buffer.alloc(5000))).status).toBe(413)
    expect((await post(url, Buffer.alloc(300_000))).status).toBe(413)
    expect((await post(url, Buffer.from('x'), 'text/html')).status).toBe(415)
    expect((await post(url, Buffer.from('{'), 'application/json')).status).toBe(400)
    expect((await get(`${url}/ocsp/${'A'.repeat(20_000)}`)).status).toBe(431)
    expect((await get(`${url}/ocsp`, { method: 'DELETE' })).status).toBe(404)
  })
})

describe('the rest of its web', () => {
  it('serves issuer certificates with their type, and nothing else', async () => {
    const { url, root } = await start()
    const { status, type, body } = await get(`${url}/issuer/root.cer`)
    expect({ status, type }).toEqual({ status: 200, type: 'application/pkix-cert' })
    expect(body.equals(root)).toBe(true)
    for (const path of ['/', '/crl/leaf.crl', '/crl/../issuer/x.cer', '/issuer/root.key', '/crl/root.crl/']) {
      expect((await get(url + path)).status, path).toBe(404)
    }
    const head = await fetch(`${url}/crl/root.crl`, { method: 'HEAD' })
    expect(head.status).toBe(200)
  })

  it('survives what is no HTTP', async () => {
    const { url, port } = await start()
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end('\x16\x03\x01 hello\r\n\r\n'))
      socket
        .on('close', () => resolve())
        .on('error', () => {})
        .resume()
    })
    expect((await get(`${url}/issuer/root.cer`)).status).toBe(200)
  })
})

describe('the scenario clock', () => {
  it('is what certificates, CRLs and OCSP answers follow', async () => {
    const { root, issue, ca } = await start({ clockOffsetMs: -1000 * DAY })
    const then = () => new Date(Date.now() - 1000 * DAY)
    const { chain } = await issue()
    const cache = createChainCache()
    const validate = (at: Date) =>
      validateChain({
        x5c: chain,
        anchors: [root.toString('base64')],
        at,
        revocation: 'hard-fail',
        fetch: overHttp,
        cache,
      })
    await validate(then())
    await expect(validate(new Date())).rejects.toMatchObject({ check: 'chain-expired' })
    await ca.setClock(-900 * DAY)
    await validate(new Date(Date.now() - 900 * DAY))
    expect(new X509Certificate((await issue()).leaf).validFromDate.getTime()).toBeLessThan(
      Date.now() - 900 * DAY,
    )
  })
})

describe('actions', () => {
  it.each([
    ['ca/issue', { uris: [] }, "The input must have required property 'publicKey'"],
    ['ca/issue', { publicKey: 'x', uris: [] }, 'publicKey is not a public key in PEM'],
    ['ca/issue', { publicKey: '', uris: [], colour: 1 }, 'colour is not known to this action'],
    ['ca/revoke', { serial: 'xyz' }, 'not a serial number'],
    ['ca/revoke', { serial: '0A' }, 'This authority issued no certificate 0A'],
    ['ca/revoke', { serial: '0A', reason: 'mood' }, 'reason'],
  ])('%s with bad input is stopped in words: %j', async (action, input, words) => {
    const { ca } = await start()
    const { stopped, outputs } = await ca.act(action, input, 5000)
    expect(stopped?.message).toContain(words)
    expect(outputs).toEqual({})
  })

  it('issue by a profile that is asked for, and name those that there are', async () => {
    const { issue, intermediate, ca } = await start()
    await expect(issue({ profile: 'nonsense' })).rejects.toThrow('there are: root, intermediate, leaf')
    await expect(issue({ uris: ['https://ü.example'] })).rejects.toThrow('percent-encoded')
    const { leaf } = await issue({ profile: 'intermediate' })
    expect(new X509Certificate(leaf).ca).toBe(true)
    const wrong = await ca.act(
      'ca/revoke',
      { serial: readCertificate(intermediate).serial, issuer: 'intermediate' },
      5000,
    )
    expect(wrong.stopped?.check).toBe('unknown-certificate')
  })

  it('take a serial number as OpenSSL prints it', async () => {
    const { issue, revoke, ca } = await start()
    const { serial } = await issue()
    await revoke({ serial: serial.toLowerCase().match(/../g)!.join(':') })
    expect((await ca.act('ca/revoke', { serial }, 5000)).outputs.serial).toBe(serial)
  })
})

describe('a start', () => {
  it('without two keys is refused in words; without a community it makes one up', async () => {
    const place = await bed.open('ca', certificateAuthority)
    await expect(place.start(contextOf('ca', { keys: [] }), {})).rejects.toThrow('ca needs two private keys')
    const { ca } = await start()
    expect(ca.facts.community).toBe('urn:udap-testbed:community:ca')
  })
})
