import { describe, expect, it } from 'vitest'
import { type ChainCache, createChainCache } from './cache.ts'
import { type RevocationMode, validateChain } from './chain.ts'
import type { ChainError } from './chain-error.ts'
import { authority, DAY, type Handler, later, leafOf, NOW, revokedAt, Web } from './fixture-pki.ts'
import { buildOcspError, buildOcspResponse, readOcspRequest } from './ocsp.ts'
import { profile } from './profile.ts'

const OCSP = 'http://ca.test/root/ocsp'
const CRL = 'http://ca.test/root/crl'

/** A root and a leaf right below it, so that one certificate is asked about. */
async function pair() {
  const web = new Web()
  const root = await authority(web, 'root')
  const leaf = await leafOf(root)
  const check = async (more: { mode?: RevocationMode; at?: Date; cache?: ChainCache; x5c?: string } = {}) => {
    const { mode = 'hard-fail', at = NOW, cache, x5c = leaf.base64 } = more
    const request = { x5c: [x5c], anchors: [root.base64], at, revocation: mode, fetch: web.fetch }
    return validateChain({ ...request, ...(cache ? { cache } : {}) }).then(
      () => ({ check: 'accepted', message: '' }),
      ({ check, message }: ChainError) => ({ check, message }),
    )
  }
  return { web, root, leaf, check }
}

describe('OCSP and CRL', () => {
  it('OCSP comes first, and its answer is enough', async () => {
    const { web, check } = await pair()
    expect((await check()).check).toBe('accepted')
    expect(web.requests).toEqual([`POST ${OCSP}`])
  })

  const badOcsp: [string, (world: Awaited<ReturnType<typeof pair>>) => Handler | Promise<Handler>, string][] =
    [
      ['is down', () => () => 503, 'answered 503'],
      ['redirects', () => () => 302, 'answered 302'],
      ['talks HTML', () => () => Buffer.from('<html>'), 'cannot be read'],
      ['sends too much', () => () => Buffer.alloc(70_000), 'more than 65536 bytes'],
      ['refuses', () => () => buildOcspError('unauthorized'), 'is "unauthorized"'],
      [
        'is out of date',
        ({ root }) =>
          ({ body }) =>
            root.ocsp(body!, { at: later(-DAY) }),
        'out of date',
      ],
      [
        'is from the future',
        ({ root }) =>
          ({ body }) =>
            root.ocsp(body!, { at: later(DAY) }),
        'from the future',
      ],
      [
        'is signed by somebody else',
        async ({ web, root }) => {
          const other = await authority(web, 'other')
          return ({ body }) => root.ocsp(body!, { responder: other })
        },
        'neither the issuer nor sent along',
      ],
      [
        'does not know the certificate',
        ({ root }) =>
          ({ body }) =>
            buildOcspResponse({
              question: readOcspRequest(body!),
              responder: root,
              at: NOW,
              answer: () => ({ status: 'unknown', thisUpdate: NOW }),
            }),
        'does not know it',
      ],
    ]

  it.each(badOcsp)('a responder that %s is no answer: the CRL decides', async (_, handler, words) => {
    const world = await pair()
    const { web, root, leaf, check } = world
    web.pages.set(OCSP, await handler(world))
    expect((await check()).check).toBe('accepted')
    expect(web.requests).toContain(`GET ${CRL}`)
    root.revoked.set(leaf.serial(), revokedAt())
    expect((await check()).check).toBe('chain-revoked')
    web.pages.delete(CRL)
    const { check: name, message } = await check()
    expect(name).toBe('revocation-unavailable')
    expect(message).toContain(words)
    expect(message).toContain('connection refused')
    expect((await check({ mode: 'soft-fail' })).check).toBe('accepted')
  })

  const badCrl: [string, (world: Awaited<ReturnType<typeof pair>>) => Handler | Promise<Handler>, string][] =
    [
      ['is missing', () => () => 404, 'answered 404'],
      ['is no CRL', () => () => Buffer.from('hello'), 'cannot be read'],
      ['is too large', () => () => Buffer.alloc(3 * 1024 * 1024), 'more than 2097152 bytes'],
      [
        'has expired',
        ({ root }) =>
          () =>
            root.crl({ thisUpdate: later(-2 * DAY), nextUpdate: later(-DAY) }),
        'out of date',
      ],
      [
        'is from the future',
        ({ root }) =>
          () =>
            root.crl({ thisUpdate: later(DAY), nextUpdate: later(2 * DAY) }),
        'from the future',
      ],
      [
        'is of another issuer',
        async ({ web }) => {
          const other = await authority(web, 'other')
          return () => other.crl()
        },
        'of another issuer',
      ],
      [
        'is signed by another key of that name',
        async () => {
          const sameName = await authority(new Web(), 'root')
          return () => sameName.crl()
        },
        'not signed by that authority',
      ],
    ]

  it.each(badCrl)('a CRL that %s is no answer', async (_, handler, words) => {
    const world = await pair()
    const { web, check } = world
    web.pages.delete(OCSP)
    expect((await check()).check).toBe('accepted')
    web.pages.set(CRL, await handler(world))
    const { check: name, message } = await check()
    expect(name).toBe('revocation-unavailable')
    expect(message).toContain(words)
    expect(message).toContain('CN=app')
    expect((await check({ mode: 'soft-fail' })).check).toBe('accepted')
  })

  it('a CRL of an authority that may not sign one is no answer', async () => {
    const { web, check } = await pair()

    const wanted = { ...profile('root'), keyUsage: ['keyCertSign' as const] }
    const root = await authority(web, 'root', { profile: wanted })
    web.pages.delete(OCSP)
    const leaf = await leafOf(root)
    const result = validateChain({
      x5c: [leaf.base64],
      anchors: [root.base64],
      at: NOW,
      revocation: 'hard-fail',
      fetch: web.fetch,
    })
    await expect(result).rejects.toThrow('lacks cRLSign')
    expect((await check()).check).toBe('revocation-unavailable')
  })

  it('a certificate that names neither cannot be checked', async () => {
    const { root, check } = await pair()
    const silent = await leafOf({ ...root, urls: {} })
    const { check: name, message } = await check({ x5c: silent.base64 })
    expect(name).toBe('revocation-unavailable')
    expect(message).toContain('names no OCSP responder and no CRL')
    expect((await check({ x5c: silent.base64, mode: 'soft-fail' })).check).toBe('accepted')
  })

  it('a certificate that names a hundred responders does not cause a hundred requests', async () => {
    const { web, root, check } = await pair()
    const urls = Array.from({ length: 100 }, (_, index) => `http://r${index}.test/`)
    const access = urls.map((url) =>
      derSequence(Buffer.from('06082b06010505073001', 'hex'), der(0x86, Buffer.from(url))),
    )
    const value = derSequence(...access).toString('hex')
    const leaf = await leafOf(root, {
      profile: {
        authorityInfoAccess: [],
        extensions: [{ oid: '1.3.6.1.5.5.7.1.1', critical: false, value }],
      },
    })
    expect((await check({ x5c: leaf.base64 })).check).toBe('revocation-unavailable')
    expect(web.requests).toHaveLength(2)
  })
})

describe('the cache', () => {
  it('keeps a CRL until its nextUpdate and no longer', async () => {
    const { web, root, leaf, check } = await pair()
    web.pages.delete(OCSP)
    const cache = createChainCache()
    const fetches = () => web.requests.filter((request) => request === `GET ${CRL}`).length
    await check({ cache })
    await check({ cache, at: later(DAY) })
    expect(fetches()).toBe(1)
    root.revoked.set(leaf.serial(), revokedAt())
    const next = { thisUpdate: later(DAY), nextUpdate: later(2 * DAY) }
    web.pages.set(CRL, () => root.crl(next))
    expect((await check({ cache, at: later(DAY + 1000) })).check).toBe('chain-revoked')
    expect(fetches()).toBe(2)
  })

  it('does not use a CRL of later when the clock goes back', async () => {
    const { web, check } = await pair()
    web.pages.delete(OCSP)
    const cache = createChainCache()
    await check({ cache })
    expect((await check({ cache, at: later(-10 * 60_000) })).message).toContain('from the future')
  })

  it('keeps an OCSP answer until its nextUpdate, and one without an end not at all', async () => {
    const { web, root, check } = await pair()
    const cache = createChainCache()
    await check({ cache })
    await check({ cache })
    expect(web.requests).toHaveLength(2)
    web.pages.set(OCSP, ({ body }) =>
      buildOcspResponse({
        question: readOcspRequest(body!),
        responder: root,
        at: NOW,
        answer: () => ({ status: 'good', thisUpdate: NOW, nextUpdate: later(60_000) }),
      }),
    )
    await check({ cache })
    await check({ cache, at: later(60_000) })
    expect(web.requests).toHaveLength(3)
    await check({ cache, at: later(61_000) })
    expect(web.requests.filter((request) => request.startsWith('POST'))).toHaveLength(4)
  })

  it('keeps nothing between calls that share none', async () => {
    const { web, check } = await pair()
    web.pages.delete(OCSP)
    await check()
    await check()
    expect(web.requests.filter((request) => request === `GET ${CRL}`)).toHaveLength(2)
  })
})

function der(tag: number, contents: Buffer): Buffer {
  const length =
    contents.length < 0x80
      ? Buffer.of(contents.length)
      : Buffer.of(0x82, contents.length >> 8, contents.length & 0xff)
  return Buffer.concat([Buffer.of(tag), length, contents])
}

const derSequence = (...elements: Buffer[]) => der(0x30, Buffer.concat(elements))
