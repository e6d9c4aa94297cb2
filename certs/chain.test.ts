import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createChainCache } from './cache.ts'
import { type ChainRequest, validateChain } from './chain.ts'
import type { ChainError } from './chain-error.ts'
import { type Authority, authority, DAY, later, leafOf, NOW, revokedAt, Web } from './fixture-pki.ts'
import { issueCertificate } from './issue.ts'
import { type Profile, profile } from './profile.ts'

async function community(key: 'rsa-2048' | 'ec-p256' | 'ec-p384' = 'ec-p256') {
  const web = new Web()
  const root = await authority(web, 'root', { key })
  const intermediate = await authority(web, 'intermediate', { key, issuer: root })
  const leaf = await leafOf(intermediate, { key })
  const validate = (over: Partial<ChainRequest> = {}) =>
    validateChain({
      x5c: [leaf.base64, intermediate.base64],
      anchors: [root.base64],
      at: NOW,
      revocation: 'off',
      fetch: web.fetch,
      ...over,
    })
  return { web, root, intermediate, leaf, validate }
}

/** The stable name and the message of the refusal. */
async function refusal(result: Promise<unknown>): Promise<{ check: string; message: string }> {
  const error: ChainError = await result.then(
    () => expect.unreachable('it was accepted'),
    (error) => error,
  )
  expect(error.name, String(error.stack)).toBe('ChainError')
  return { check: error.check, message: error.message }
}

const altered = (name: string, over: Partial<Profile>): Profile => ({ ...profile(name), ...over })

describe('a good chain', () => {
  it.each(['rsa-2048', 'ec-p256', 'ec-p384'] as const)(
    'of %s keys is accepted, leaf first in the path',
    async (key) => {
      const { validate, leaf, intermediate, root } = await community(key)
      const { leaf: signer, path } = await validate({ revocation: 'hard-fail' })
      expect(signer.raw.equals(leaf.certificate)).toBe(true)
      expect(path.map((certificate) => certificate.raw.toString('base64'))).toEqual([
        leaf.base64,
        intermediate.base64,
        root.base64,
      ])
    },
  )

  it('may have its intermediates in any order, its root among them, and strangers', async () => {
    const { validate, leaf, intermediate, root, web } = await community()
    const stranger = await authority(web, 'stranger')
    const { path } = await validate({ x5c: [leaf.base64, stranger.base64, root.base64, intermediate.base64] })
    expect(path).toHaveLength(3)
  })

  it('may be anchored at its intermediate', async () => {
    const { validate, intermediate } = await community()
    const { path } = await validate({ anchors: [intermediate.base64], revocation: 'hard-fail' })
    expect(path).toHaveLength(2)
  })

  it('may come right from the root', async () => {
    const { validate, root } = await community('rsa-2048')
    const leaf = await leafOf(root)
    expect((await validate({ x5c: [leaf.base64] })).path).toHaveLength(2)
  })

  it('may have three authorities', async () => {
    const { validate, root, web } = await community()
    const policy = await authority(web, 'policy', {
      issuer: root,
      profile: altered('intermediate', { basicConstraints: { ca: true, pathLength: 1 } }),
    })
    const issuing = await authority(web, 'issuing', { issuer: policy })
    const leaf = await leafOf(issuing)
    const { path } = await validate({
      x5c: [leaf.base64, issuing.base64, policy.base64],
      revocation: 'hard-fail',
    })
    expect(path).toHaveLength(4)
  })

  it('is accepted up to the second in which it expires and not after it', async () => {
    const { validate } = await community()
    await validate({ at: later(365 * DAY) })
    expect((await refusal(validate({ at: later(365 * DAY + 1000) }))).check).toBe('chain-expired')
  })
})

describe('x5c', () => {
  it.each([
    ['no array', 'x', 'x5c must be an array'],
    ['empty', [], 'x5c must be an array of at least one'],
    ['too long', Array(11).fill('AAAA'), 'x5c has 11 elements'],
    ['a number', [7], 'x5c[0] is not a certificate: it is no string'],
    ['base64url', ['MII_-AAA'], 'x5c[0] is not a certificate: it is not base64'],
    ['base64 of something else', [Buffer.from('hello').toString('base64')], 'x5c[0] is not a certificate'],
    ['a huge element', ['A'.repeat(100_000)], 'x5c[0] is not a certificate: it is longer'],
  ])('that is %s is refused in words', async (_, x5c, words) => {
    const { validate } = await community()
    const { check, message } = await refusal(validate({ x5c: x5c as string[] }))
    expect(check).toBe('x5c-malformed')
    expect(message).toContain(words)
  })

  it('with PEM, or with bytes after the certificate, is refused', async () => {
    const { validate, leaf, intermediate } = await community()
    const pem = `-----BEGIN CERTIFICATE-----\n${leaf.base64}\n-----END CERTIFICATE-----\n`
    const longer = Buffer.concat([leaf.certificate, Buffer.of(0)]).toString('base64')
    for (const element of [pem, Buffer.from(pem).toString('base64'), longer]) {
      expect((await refusal(validate({ x5c: [element, intermediate.base64] }))).check).toBe('x5c-malformed')
    }
  })

  it('cut anywhere or with any byte changed never crashes and is never accepted', async () => {
    const { validate, leaf, intermediate } = await community()
    const checks = new Set<string>()
    for (let at = 1; at < leaf.certificate.length; at += 3) {
      const changed = Buffer.from(leaf.certificate)
      changed[at]! ^= 0xff
      for (const der of [leaf.certificate.subarray(0, at), changed]) {
        checks.add((await refusal(validate({ x5c: [der.toString('base64'), intermediate.base64] }))).check)
      }
    }
    expect(checks).toContain('x5c-malformed')
    expect(checks).toContain('chain-no-path')
  })

  it('that begins with the intermediate is refused: the signer must stand first', async () => {
    const { validate, leaf, intermediate } = await community()
    const { check, message } = await refusal(validate({ x5c: [intermediate.base64, leaf.base64] }))
    expect(check).toBe('chain-ca-as-leaf')
    expect(message).toContain('must stand first')
  })
})

describe('a chain is refused', () => {
  it('when a good intermediate follows a leaf of somebody else', async () => {
    const { validate, intermediate, web } = await community()
    const elsewhere = await authority(web, 'elsewhere')
    const forged = await leafOf(elsewhere)
    const { check, message } = await refusal(validate({ x5c: [forged.base64, intermediate.base64] }))
    expect(check).toBe('chain-no-path')
    expect(message).toContain('CN=app')
  })

  it('when the issuer only has the right name', async () => {
    const { validate, intermediate, web } = await community()
    const impostor = await authority(new Web(), 'intermediate', {
      issuer: await authority(new Web(), 'root'),
    })
    const forged = await leafOf(impostor)
    for (const x5c of [
      [forged.base64, intermediate.base64],
      [forged.base64, impostor.base64],
      [forged.base64, impostor.base64, intermediate.base64],
    ]) {
      const { check, message } = await refusal(validate({ x5c }))
      expect(check).toBe('chain-no-path')
      expect(message).toContain('is not signed by the key of the issuer that it names')
    }
    expect(web.requests.length).toBeGreaterThan(0)
  })

  it('when its root comes along but is no anchor', async () => {
    const { validate, leaf, intermediate, root, web } = await community()
    const other = await authority(web, 'other')
    const x5c = [leaf.base64, intermediate.base64, root.base64]
    expect((await refusal(validate({ x5c, anchors: [other.base64] }))).check).toBe('chain-no-path')
    expect((await refusal(validate({ x5c, anchors: [] }))).check).toBe('chain-no-path')
  })

  it('when the leaf signed itself, even as an anchor', async () => {
    const { validate, leaf } = await community()
    const certificate = await issueCertificate({
      profile: profile('leaf'),
      subject: { publicKey: createPublicKey(leaf.key), commonName: 'self' },
      issuer: { key: leaf.key },
      at: NOW,
    })
    const self = certificate.toString('base64')
    expect((await refusal(validate({ x5c: [self] }))).check).toBe('chain-no-path')
    expect((await refusal(validate({ x5c: [self], anchors: [self] }))).check).toBe('chain-no-path')
  })

  it('when an anchor is no certificate', async () => {
    const { validate } = await community()
    const { check, message } = await refusal(validate({ anchors: ['AAAA'] }))
    expect(check).toBe('anchor-malformed')
    expect(message).toContain('Trust anchor 1')
  })

  it('before it is valid, naming the certificate', async () => {
    const { validate } = await community()
    const { check, message } = await refusal(validate({ at: later(-2 * 3600_000) }))
    expect(check).toBe('chain-not-yet-valid')
    expect(message).toContain('CN=app')
  })

  it('when only its intermediate or its anchor has expired', async () => {
    const { validate, root, web } = await community()
    const short = await authority(web, 'short', {
      issuer: root,
      profile: altered('intermediate', { notAfter: '1h' }),
    })
    const leaf = await leafOf(short)
    const late = await refusal(validate({ x5c: [leaf.base64, short.base64], at: later(DAY) }))
    expect(late).toMatchObject({ check: 'chain-expired', message: expect.stringContaining('CN=short') })
    const oldRoot = await authority(web, 'old-root', { profile: altered('root', { notAfter: '1h' }) })
    const other = await leafOf(oldRoot)
    const anchored = validate({ x5c: [other.base64], anchors: [oldRoot.base64], at: later(DAY) })
    expect(await refusal(anchored)).toMatchObject({
      check: 'chain-expired',
      message: expect.stringContaining('old-root'),
    })
  })

  it('when it is longer than an authority allows', async () => {
    const { validate, intermediate, web } = await community()
    const below = await authority(web, 'below', { issuer: intermediate })
    const leaf = await leafOf(below)
    const { check, message } = await refusal(
      validate({ x5c: [leaf.base64, below.base64, intermediate.base64] }),
    )
    expect(check).toBe('chain-path-length')
    expect(message).toContain('CN=intermediate')
  })

  it('when somebody who is no authority issued it', async () => {
    const { validate, leaf, intermediate } = await community()
    const notCa: Authority = { ...intermediate, certificate: leaf.certificate, key: leaf.key }
    const forged = await leafOf(notCa, { name: 'forged' })
    const result = validate({ x5c: [forged.base64, leaf.base64, intermediate.base64] })
    expect((await refusal(result)).check).toBe('chain-not-a-ca')
  })

  it('when an authority has no basic constraints, or may not issue', async () => {
    const { validate, root, web } = await community()
    const { basicConstraints: _, ...without } = profile('intermediate')
    const { keyUsage: __, ...anyUse } = profile('intermediate')
    for (const [name, wanted, check] of [
      ['without', without, 'chain-not-a-ca'],
      ['any-use', anyUse, 'chain-key-usage'],
      ['crl-only', altered('intermediate', { keyUsage: ['cRLSign'] }), 'chain-key-usage'],
    ] as const) {
      const bad = await authority(web, name, { issuer: root, profile: wanted })
      const leaf = await leafOf(bad)
      const seen = await refusal(validate({ x5c: [leaf.base64, bad.base64] }))
      expect(seen).toMatchObject({ check, message: expect.stringContaining(`CN=${name}`) })
    }
  })

  it.each([
    ['may not sign', { keyUsage: ['keyEncipherment'] }, 'chain-key-usage'],
    ['is a CA', { basicConstraints: { ca: true } }, 'chain-ca-as-leaf'],
    [
      'has an unknown critical extension',
      { extensions: [{ oid: '1.2.3.4.5', critical: true, value: '0500' }] },
      'chain-critical-extension',
    ],
    ['is signed with SHA-1', { hash: 'sha1' }, 'chain-weak-signature'],
  ] as [string, Partial<Profile>, string][])('when its leaf %s', async (_, over, check) => {
    const { validate, intermediate } = await community('rsa-2048')
    const leaf = await leafOf(intermediate, { profile: over })
    expect((await refusal(validate({ x5c: [leaf.base64, intermediate.base64] }))).check).toBe(check)
  })

  it('when an extension stands in it twice', async () => {
    const { validate, intermediate } = await community()
    const again = { oid: '2.5.29.17', critical: false, value: '3009860768747470733a2f' }
    const leaf = await leafOf(intermediate, { profile: { extensions: [again] } })
    const seen = await refusal(validate({ x5c: [leaf.base64, intermediate.base64] }))
    expect(seen).toMatchObject({
      check: 'x5c-malformed',
      message: expect.stringContaining('2.5.29.17 twice'),
    })
  })

  it('when the key of its leaf, an authority or the anchor is RSA of 1024 bits', async () => {
    const { validate, root, intermediate, web } = await community('rsa-2048')
    const leaf = await leafOf(intermediate, { key: 'rsa-1024' })
    const weak = await authority(web, 'weak', { issuer: root, key: 'rsa-1024' })
    const weakRoot = await authority(web, 'weak-root', { key: 'rsa-1024' })
    for (const over of [
      { x5c: [leaf.base64, intermediate.base64] },
      { x5c: [(await leafOf(weak)).base64, weak.base64] },
      { x5c: [(await leafOf(weakRoot)).base64], anchors: [weakRoot.base64] },
    ]) {
      const { check, message } = await refusal(validate(over))
      expect(check).toBe('chain-weak-key')
      expect(message).toContain('1024')
    }
  })

  it('again after it was accepted at another time', async () => {
    const { validate } = await community()
    const cache = createChainCache()
    await validate({ cache })
    expect((await refusal(validate({ cache, at: later(400 * DAY) }))).check).toBe('chain-expired')
  })
})

describe('authorities that cross-sign each other', () => {
  it('end the search, with and without a way to the anchor', async () => {
    const { validate, root, web } = await community()
    const wanted = altered('intermediate', { basicConstraints: { ca: true } })
    const one = await authority(web, 'one', { profile: altered('root', {}) })
    const two = await authority(web, 'two', { issuer: one, profile: wanted })
    const oneByTwo = await authority(web, 'one', { issuer: two, profile: wanted, keyObject: one.key })
    const leaf = await leafOf(two)
    const x5c = [leaf.base64, two.base64, oneByTwo.base64]
    expect((await refusal(validate({ x5c, anchors: [] }))).check).toBe('chain-no-path')
    const twoByRoot = await authority(web, 'two', { issuer: root, profile: wanted, keyObject: two.key })
    const { path } = await validate({ x5c: [...x5c, twoByRoot.base64] })
    expect(path.map((certificate) => certificate.subject.split('CN=')[1])).toEqual([
      'app',
      'two',
      expect.stringContaining('root'),
    ])
  })

  it('do not fail a good chain by a dead branch', async () => {
    const { validate, root, intermediate, web } = await community()
    const dead = await authority(web, 'dead')
    const crossed = await authority(web, 'intermediate', { issuer: dead, keyObject: intermediate.key })
    const leaf = await leafOf(intermediate)
    const { path } = await validate({ x5c: [leaf.base64, crossed.base64, dead.base64, intermediate.base64] })
    expect(path.at(-1)!.raw.equals(root.certificate)).toBe(true)
  })

  it('in a crowd with the same name do not take long', async () => {
    const { validate, root, web } = await community()
    const first = await authority(web, 'crowd', { issuer: root })
    const crowd = await Promise.all(
      Array.from({ length: 8 }, () => authority(web, 'crowd', { issuer: first, keyObject: first.key })),
    )
    const leaf = await leafOf(first)
    const began = performance.now()
    const { check } = await refusal(
      validate({ x5c: [leaf.base64, ...crowd.map((each) => each.base64)], anchors: [] }),
    )
    expect(check).toBe('chain-no-path')
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

describe('a missing intermediate', () => {
  it('is fetched from where the leaf says, and once only with a cache', async () => {
    const { validate, leaf, web } = await community()
    const cache = createChainCache()
    const { path } = await validate({ x5c: [leaf.base64], cache })
    expect(path).toHaveLength(3)
    expect(web.requests).toEqual(['GET http://ca.test/intermediate/cer'])
    await validate({ x5c: [leaf.base64], cache })
    expect(web.requests).toHaveLength(1)
  })

  it('is fetched over several authorities', async () => {
    const { validate, root, web } = await community()
    const policy = await authority(web, 'policy', {
      issuer: root,
      profile: altered('intermediate', { basicConstraints: { ca: true } }),
    })
    const issuing = await authority(web, 'issuing', { issuer: policy })
    const leaf = await leafOf(issuing)
    expect((await validate({ x5c: [leaf.base64] })).path).toHaveLength(4)
  })

  it('that is missing there too, is something else, or is too much is refused in words', async () => {
    for (const [handler, words] of [
      [() => 404, 'answered 404'],
      [() => 302, 'answered 302'],
      [() => Buffer.from('<html>'), 'served no certificate'],
      [() => Buffer.alloc(100_000), 'more than 65536 bytes'],
      [() => Promise.reject(new Error('timed out')), 'gave no answer (timed out)'],
    ] as const) {
      const { validate, leaf, web } = await community()
      web.pages.set('http://ca.test/intermediate/cer', handler)
      const { check, message } = await refusal(validate({ x5c: [leaf.base64] }))
      expect(check).toBe('chain-no-path')
      expect(message).toContain(words)
    }
  })

  it('is never fetched over another scheme', async () => {
    const { validate, web, intermediate } = await community()
    const issuer = { ...intermediate, urls: { issuer: 'file:///etc/passwd' } }
    const leaf = await leafOf(issuer)
    expect((await refusal(validate({ x5c: [leaf.base64] }))).message).toContain('is not an http URL')
    expect(web.requests).toEqual([])
  })

  it('whose address leads in a circle ends', async () => {
    const { validate, web } = await community()
    const one = await authority(web, 'one')
    const two = await authority(web, 'two', { issuer: one })
    const oneByTwo = await authority(web, 'one', {
      issuer: two,
      keyObject: one.key,
      profile: profile('intermediate'),
    })
    const leaf = await leafOf({ ...oneByTwo, urls: { issuer: 'http://ca.test/one/cer' } })
    expect((await refusal(validate({ x5c: [leaf.base64] }))).check).toBe('chain-no-path')
    expect(web.requests.length).toBeLessThan(6)
  })
})

describe('revocation in a chain', () => {
  it('of the leaf or of the intermediate is found, by OCSP and by CRL', async () => {
    for (const by of ['ocsp', 'crl']) {
      for (const which of ['leaf', 'intermediate']) {
        const { validate, leaf, intermediate, root, web } = await community()
        if (by === 'crl')
          for (const name of ['root', 'intermediate']) web.pages.delete(`http://ca.test/${name}/ocsp`)
        await validate({ revocation: 'hard-fail' })
        if (which === 'leaf') intermediate.revoked.set(leaf.serial(), revokedAt())
        else root.revoked.set(serial(intermediate), revokedAt())
        const { check, message } = await refusal(validate({ revocation: 'hard-fail' }))
        expect(check).toBe('chain-revoked')
        expect(message).toContain(which === 'leaf' ? 'CN=app' : 'CN=intermediate')
        expect((await refusal(validate({ revocation: 'soft-fail' }))).check).toBe('chain-revoked')
        await validate({ revocation: 'off' })
      }
    }
  })

  it('is asked about every certificate below the anchor', async () => {
    const { validate, web } = await community()
    await validate({ revocation: 'hard-fail' })
    expect(web.requests.sort()).toEqual([
      'POST http://ca.test/intermediate/ocsp',
      'POST http://ca.test/root/ocsp',
    ])
  })

  it('is not asked about for a chain that is not trusted', async () => {
    const { validate, web, leaf, intermediate } = await community()
    const own = await authority(web, 'own')
    await refusal(
      validate({ anchors: [own.base64], revocation: 'hard-fail', x5c: [leaf.base64, intermediate.base64] }),
    )
    expect(web.requests.filter((request) => request.startsWith('POST'))).toEqual([])
  })
})

const serial = ({ certificate }: Authority) => readCertificate(certificate).serial

import { readCertificate } from './certificate.ts'
