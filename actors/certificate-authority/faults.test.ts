import { afterEach, describe, expect, it } from 'vitest'
import { createChainCache } from '../../certs/cache.ts'
import { readCertificate } from '../../certs/certificate.ts'
import { type RevocationMode, validateChain } from '../../certs/chain.ts'
import { Bed } from '../fixture-bed.ts'
import { type Options, overHttp, type Running, startAuthority } from './fixture.ts'

const DAY = 24 * 3600 * 1000

const bed = new Bed()
afterEach(() => bed.close())

const start = (options?: Options) => startAuthority(bed, options)

const validate = ({ root }: Running, x5c: string[], revocation: RevocationMode = 'hard-fail') =>
  validateChain({
    x5c,
    anchors: [root.toString('base64')],
    at: new Date(),
    revocation,
    fetch: overHttp,
  })

/** Profile of certificates that name a CRL only. */
const crlOnly = { profile: 'leaf-without-ocsp' }

const unknown = /^Whether "CN=.*" \(serial \w+\) was revoked is not known: /

describe('a CRL that cannot be relied on', () => {
  it.each([
    ['crl/expired', /the CRL of http.* is out of date \(nextUpdate .*; it is /],
    ['crl/from-the-future', /the CRL of http.* is from the future \(thisUpdate .*; it is /],
    ['crl/wrong-issuer', /the CRL of http.* is of another issuer/],
    ['crl/bad-signature', /the CRL of http.* is not signed by that authority/],
    ['crl/pem', /the CRL of http.* cannot be read/],
    ['crl/truncated', /the CRL of http.* cannot be read/],
    ['crl/huge', /http.* gave no answer \(more than 2097152 bytes\)/],
    ['crl/not-found', /http.* answered 404 instead of 200/],
    ['transport/down', /http.* gave no answer \(.*(hang up|ECONNRESET).*\)/],
    ['transport/cut', /http.* gave no answer \(aborted\)/],
  ])(
    '%s: hard-fail refuses in words, soft-fail goes on, and without it all is well',
    async (inject, words) => {
      const running = await start()
      const { chain } = await running.issue(crlOnly)
      const arm = await running.ca.arm([{ inject }])
      const refused = validate(running, chain)
      await expect(refused).rejects.toMatchObject({ check: 'revocation-unavailable' })
      await expect(refused).rejects.toThrow(unknown)
      await expect(refused).rejects.toThrow(words)
      await validate(running, chain, 'soft-fail')
      const fired = await running.ca.disarm(arm)
      expect(fired.length).toBeGreaterThan(0)
      expect(new Set(fired.map(({ fault }) => fault))).toEqual(new Set([inject]))
      await validate(running, chain)
    },
  )

  it('crl/huge is made as it is read: whoever hangs up in time has not caused 100 MB', async () => {
    const running = await start()
    const { chain } = await running.issue(crlOnly)
    await running.ca.arm([{ inject: 'crl/huge' }])
    await expect(validate(running, chain)).rejects.toMatchObject({ check: 'revocation-unavailable' })
    await running.ca.settled()
    const sent = (await bed.halves()).filter(({ request }) => request?.url.endsWith('/intermediate.crl'))
    expect(sent).toHaveLength(1)
    expect(sent[0]!.bytes.out).toBeGreaterThan(2 * 1024 * 1024)
    expect(sent[0]!.bytes.out).toBeLessThan(50 * 1024 * 1024)
    expect(sent[0]!.error).toMatchObject({ code: 'ABORTED' })
  })

  it('crl/huge has 100 MB for whoever reads on', async () => {
    const { ca, url } = await start()
    await ca.arm([{ inject: 'crl/huge' }])
    const { body } = await fetch(`${url}/crl/root.crl`)
    let bytes = 0
    for await (const piece of body!) bytes += piece.length
    expect(bytes).toBeGreaterThan(100 * 1024 * 1024)
    expect((await fetch(`${url}/crl/root.crl`, { method: 'HEAD' })).status).toBe(200)
  })
})

describe('an OCSP answer that cannot be relied on', () => {
  it.each([
    ['ocsp-response/unknown', /the OCSP responder http.* does not know it/],
    ['ocsp-response/expired', /the OCSP answer of http.* is out of date \(it held until /],
    ['ocsp-response/wrong-serial', /the OCSP answer of http.* is about another certificate/],
    ['ocsp-response/wrong-signer', /is signed by a responder whose certificate is not the issuer's/],
    ['ocsp-response/wrong-delegate', /the issuer did not delegate to \(no OCSPSigning\)/],
    ['ocsp-response/try-later', /the OCSP answer of http.* is "tryLater"/],
  ])('%s: the CRL is asked instead; without one, hard-fail refuses in words', async (inject, words) => {
    const running = await start()
    const { chain } = await running.issue()
    await running.ca.arm([{ inject }])
    await validate(running, chain)
    await running.ca.arm([{ inject: 'crl/not-found' }])
    const refused = validate(running, chain)
    await expect(refused).rejects.toMatchObject({ check: 'revocation-unavailable' })
    await expect(refused).rejects.toThrow(unknown)
    await expect(refused).rejects.toThrow(words)
    await validate(running, chain, 'soft-fail')
  })

  it('never hides that a certificate was revoked', async () => {
    const running = await start()
    const { chain, serial } = await running.issue()
    await running.revoke({ serial })
    await running.ca.arm([{ inject: 'ocsp-response/unknown' }])
    const revoked = { check: 'chain-revoked' }
    await expect(validate(running, chain, 'soft-fail')).rejects.toMatchObject(revoked)
  })
})

describe('a delegated responder', () => {
  it('is believed, and goes on when its certificate has run out', async () => {
    const running = await start({ with: { ocspSigner: 'delegate' } })
    await running.ca.arm([{ inject: 'crl/not-found' }])
    const { chain, serial } = await running.issue()
    await validate(running, chain)
    await running.ca.setClock(3 * DAY)
    const { root } = running
    const at = new Date(Date.now() + 3 * DAY)
    const later = { x5c: chain, anchors: [root.toString('base64')], at, fetch: overHttp }
    await validateChain({ ...later, revocation: 'hard-fail' })
    await running.revoke({ serial })
    await expect(validateChain({ ...later, revocation: 'hard-fail' })).rejects.toMatchObject({
      check: 'chain-revoked',
    })
  })
})

describe('issuer-certificate/wrong', () => {
  it('leaves no chain to a trust anchor when the intermediate has to be fetched', async () => {
    const running = await start()
    const [leaf] = (await running.issue()).chain
    await validate(running, [leaf!])
    await running.ca.arm([{ inject: 'issuer-certificate/wrong' }])
    const refused = validate(running, [leaf!])
    await expect(refused).rejects.toMatchObject({ check: 'chain-no-path' })
    await expect(refused).rejects.toThrow(/No chain leads from "CN=.*" .* to a trust anchor/)
  })
})

describe('transport/slow', () => {
  it('costs whoever asks no more than its limits, and nothing stays open when it hangs up', async () => {
    const running = await start()
    const { chain } = await running.issue(crlOnly)
    await running.ca.arm([{ inject: 'transport/slow' }])
    const began = performance.now()
    await expect(validate(running, chain)).rejects.toMatchObject({ check: 'revocation-unavailable' })
    await running.ca.settled()
    // Leaf and intermediate side by side; the intermediate asks OCSP and then the CRL, 3 s each.
    expect(performance.now() - began).toBeLessThan(8000)
    const [half] = await bed.halves()
    expect(half?.error).toMatchObject({ code: 'ABORTED' })
    expect(half?.faults).toEqual([{ fault: 'transport/slow' }])
  })
})

describe('a kept answer', () => {
  it('is used until it ends, on the scenario clock, and not a second longer', async () => {
    const running = await start()
    const { chain } = await running.issue(crlOnly)
    const cache = createChainCache()
    const at = async (ms: number) => {
      await running.ca.setClock(ms)
      await validateChain({
        x5c: chain,
        anchors: [running.root.toString('base64')],
        at: new Date(Date.now() + ms),
        revocation: 'hard-fail',
        fetch: overHttp,
        cache,
      })
    }
    const lists = async () =>
      (await bed.halves()).filter(({ request }) => request?.url.endsWith('/intermediate.crl')).length
    await at(0)
    await at(DAY - 60_000)
    expect(await lists()).toBe(1)
    await at(DAY + 1000)
    expect(await lists()).toBe(2)
    // Back again: what was made later is from the future now.
    await at(0)
    expect(await lists()).toBe(3)
  })
})

describe('cross-signing', () => {
  it('leads from a leaf of the south to an anchor of the north, by x5c and by AIA', async () => {
    const [north, south] = [await start(), await start()]
    const { chain: before } = await south.issue()
    await expect(validate(north, before)).rejects.toMatchObject({ check: 'chain-no-path' })
    const { outputs } = await north.ca.act(
      'ca/cross-sign',
      { certificate: south.intermediate.toString('base64') },
      5000,
    )
    await south.ca.act('ca/use-cross-signed', { certificate: outputs.certificate! }, 5000)
    const { chain, leaf } = await south.issue()
    expect(chain).toHaveLength(3)
    for (const x5c of [chain, [chain[0]!]]) {
      expect((await validate(north, x5c)).path).toHaveLength(3)
      expect((await validate(south, x5c)).path).toHaveLength(3)
    }
    expect(readCertificate(leaf).caIssuersUrls).toHaveLength(2)

    // The north takes back what it signed: nothing changes in the south.
    const { serial } = readCertificate(Buffer.from(String(outputs.certificate), 'base64'))
    await north.revoke({ serial })
    await expect(validate(north, chain)).rejects.toMatchObject({ check: 'chain-revoked' })
    await validate(south, chain)
  })

  it('in both directions ends, and each still trusts its own', async () => {
    const [north, south] = [await start(), await start()]
    for (const [one, other] of [[north, south] as const, [south, north] as const]) {
      const certificate = other.intermediate.toString('base64')
      const { outputs } = await one.ca.act('ca/cross-sign', { certificate }, 5000)
      await other.ca.act('ca/use-cross-signed', { certificate: outputs.certificate! }, 5000)
    }
    for (const from of [north, south]) {
      const { chain } = await from.issue()
      for (const anchor of [north, south]) await validate(anchor, chain)
    }
  })

  it('refuses what is no certificate of the intermediate', async () => {
    const [north, south] = [await start(), await start()]
    const wrong = { certificate: north.root.toString('base64') }
    const { stopped } = await south.ca.act('ca/use-cross-signed', wrong, 5000)
    expect(stopped?.message).toBe('This is no certificate of the intermediate of ca.')
    const { stopped: noise } = await south.ca.act('ca/cross-sign', { certificate: 'x' }, 5000)
    expect(noise?.message).toContain('certificate is not a certificate: it is not base64')
  })
})
