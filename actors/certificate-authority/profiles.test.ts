import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCertificate } from '../../certs/certificate.ts'
import { validateChain } from '../../certs/chain.ts'
import { Openssl } from '../../certs/fixture-openssl.ts'
import { generateKey } from '../../certs/keys.ts'
import { loadProfiles, profile } from '../../certs/profile.ts'
import { Bed } from '../fixture-bed.ts'
import { authorityNames } from './community.ts'
import { get, overHttp, publicKeyOf, type Running, startAuthority } from './fixture.ts'

const bed = new Bed()
const openssl = new Openssl()
let ca: Running
beforeAll(async () => {
  ca = await startAuthority(bed, { key: 'rsa-2048' })
  await openssl.writePem('root.crt', ca.root)
})
afterAll(async () => {
  await bed.close()
  await openssl.remove()
})

const URI = 'https://app.example/udap'

/** Each check of the table in words that a newcomer reads: what is wrong, and with which certificate. */
const words: Record<string, RegExp> = {
  'chain-expired': /^"CN=app.*" \(serial \w+\) expired at .* it is /,
  'chain-not-yet-valid': /^"CN=app.*" .* is not valid before .* it is /,
  'chain-weak-key': /^"CN=app.*" .* has an RSA key of 1024 bits; RSA of at least 2048 bits/,
  'chain-weak-signature': /^"CN=app.*" .* is signed with SHA-1 or MD5; SHA-256 or better is needed/,
  'chain-key-usage': /^"CN=app.*" .* may not sign: its key usage lacks digitalSignature/,
  'chain-no-path':
    /^No chain leads from "CN=app.*" .* to a trust anchor: "CN=.* signed itself and is no trust anchor/,
  'chain-revoked': /was revoked at .* \((keyCompromise|cACompromise)\)/,
  'chain-path-length': /^"CN=ca intermediate.*" .* allows 0 authorities below it; this chain has 1/,
}

async function issue(name: string): Promise<string[]> {
  const key = await generateKey(profile(name).key)
  const { chain } = await ca.issue({
    publicKey: publicKeyOf(key),
    privateKey: key,
    uris: [URI],
    profile: name,
    commonName: 'app',
  })
  return chain
}

const validate = (x5c: string[]) =>
  validateChain({
    x5c,
    anchors: [ca.root.toString('base64')],
    at: new Date(),
    revocation: 'hard-fail',
    fetch: overHttp,
  })

async function opensslOf(chain: string[], more: string[]) {
  const [leaf, ...others] = chain.map((certificate) => Buffer.from(certificate, 'base64'))
  await openssl.writePem('leaf.pem', leaf!)
  await openssl.writePem('others.pem', ...others)
  const lists: string[] = []
  for (const name of authorityNames) {
    const { status, body } = await get(`${ca.url}/crl/${name}.crl`)
    if (status !== 200) continue
    await openssl.write(`${name}.crl`, body)
    await openssl.run('crl', '-inform', 'DER', '-in', `${name}.crl`, '-out', `${name}.pem`)
    lists.push('-CRLfile', `${name}.pem`)
  }
  const untrusted = others.length > 0 ? ['-untrusted', 'others.pem'] : []
  const asked = ['-x509_strict', '-crl_check_all', ...more, ...lists]
  return openssl.run('verify', ...asked, '-CAfile', 'root.crt', ...untrusted, 'leaf.pem')
}

const rows = readFileSync(new URL('../../certs/README.md', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  .filter((cells) => cells.length === 6 && Object.hasOwn(loadProfiles(), cells[1]!))
  .map(
    ([, name, check, verdict, more]) => [name!, check!, verdict!, more!.split(' ').filter(Boolean)] as const,
  )

const goodLeaves = ['leaf', 'leaf-without-ocsp', 'certifier', 'for-a-year']

describe('the table of faulty profiles', () => {
  it('has every profile whose certificates are not to be trusted', () => {
    const good = ['root', 'intermediate', ...goodLeaves, 'ocsp-responder']
    const faulty = Object.keys(loadProfiles()).filter(
      (name) => !good.includes(name) && !name.includes('tls-'),
    )
    expect(rows.map(([name]) => name).sort()).toEqual(faulty.sort())
  })

  it.each(rows)('%s: %s refuses it, OpenSSL says "%s"', async (name, check, verdict, more) => {
    const chain = await issue(name)
    const { code, text } = await opensslOf(chain, more)
    expect(text).toContain(verdict)
    expect(code === 0).toBe(verdict === 'OK')
    if (check === 'URI names') {
      const { leaf } = await validate(chain)
      expect(readCertificate(leaf.raw).uriNames).not.toContain(URI)
      return
    }
    await expect(validate(chain)).rejects.toMatchObject({
      check,
      message: expect.stringMatching(words[check] ?? /never/),
    })
    // Whoever is asked without an option that the table names does not know.
    if (more.length > 0) expect((await opensslOf(chain, [])).text).toContain('OK')
  })
})

describe('a good profile', () => {
  it.each(goodLeaves)('%s is accepted here and by OpenSSL', async (name) => {
    const chain = await issue(name)
    const { leaf } = await validate(chain)
    expect(readCertificate(leaf.raw).uriNames).toEqual([URI])
    expect(await opensslOf(chain, [])).toEqual({ code: 0, text: 'leaf.pem: OK\n' })
  })

  it('is not harmed by the faulty ones of others', async () => {
    for (const name of ['revoked', 'revoked-intermediate', 'path-length', 'unknown-issuer']) await issue(name)
    await validate(await issue('leaf'))
  })
})

it('a certificate that signs itself needs its private key', async () => {
  await expect(ca.issue({ profile: 'self-signed' })).rejects.toThrow('needs privateKey')
})

it('what a profile had revoked at once is said when it is issued', async () => {
  const key = publicKeyOf(await generateKey('ec-p256'))
  const act = (name: string) => ca.ca.act('ca/issue', { publicKey: key, uris: [], profile: name }, 5000)
  const { outputs } = await act('revoked')
  expect(outputs.revoked).toEqual({ serial: outputs.serial, at: expect.stringMatching(/Z$/) })
  const { outputs: other } = await act('revoked-intermediate')
  const [, intermediate] = other.chain as string[]
  const { serial } = readCertificate(Buffer.from(intermediate!, 'base64'))
  expect(other.revoked).toMatchObject({ serial })
  expect((await act('leaf')).outputs).not.toHaveProperty('revoked')
})
