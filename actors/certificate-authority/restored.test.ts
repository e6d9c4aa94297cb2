/** An authority that was there before: the same root, what it issued and revoked, CRLs that go on counting. */
import { afterAll, afterEach, expect, test } from 'vitest'
import { Openssl } from '../../certs/fixture-openssl.ts'
import { generateKey } from '../../certs/keys.ts'
import type { AuthorityRecord } from '../actor.ts'
import { contextOf } from '../fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { certificateAuthority } from './actor.ts'
import { get, publicKey } from './fixture.ts'

const openssl = new Openssl()
afterAll(() => openssl.remove())
const bed = new Bed()
afterEach(() => bed.close())

const keys = [await generateKey('rsa-2048'), await generateKey('ec-p384')]

async function begin(authority?: AuthorityRecord) {
  const place = await bed.open('ca', certificateAuthority)
  const url = `http://127.0.0.1:${place.port}`
  const context = contextOf('ca', {
    kind: 'certificate-authority',
    url,
    keys,
    ...(authority && { authority }),
  })
  const ca = await place.start(context, { community: 'urn:example:lasting' })
  const act = async (action: string, input: object) => {
    const { outputs, stopped } = await ca.act(action, input as never, 5000)
    expect(stopped).toBeUndefined()
    return outputs
  }
  const der = (fact: string) => Buffer.from(String(ca.facts[fact]), 'base64')
  const write = async () => {
    await openssl.writePem('root.pem', der('root'))
    await openssl.writePem('intermediate.pem', der('intermediate'))
  }
  /** What OpenSSL makes of the OCSP answer about a serial number. */
  const status = async (serial: string, issuer = 'intermediate.pem') => {
    const asked = ['-issuer', issuer, '-serial', `0x${serial}`, '-url', `${url}/ocsp`]
    const verify = ['-CAfile', 'root.pem', '-verify_other', 'intermediate.pem']
    return (await openssl.run('ocsp', ...verify, ...asked)).text
  }
  const crl = async (name: string) => {
    await openssl.write('crl', (await get(`${url}/crl/${name}.crl`)).body)
    return (await openssl.run('crl', '-inform', 'DER', '-in', 'crl', '-noout', '-text')).text
  }
  return { ca, act, write, status, crl }
}

test('it goes on where it ended', async () => {
  const first = await begin()
  const issue = async () =>
    first.act('ca/issue', { publicKey: await publicKey(), uris: ['https://a.example'] })
  const [good, bad] = [String((await issue()).serial), String((await issue()).serial)]
  const { at } = await first.act('ca/revoke', { serial: bad, reason: 'superseded' })
  const { root, intermediate, community } = first.ca.facts
  const record: AuthorityRecord = {
    community: String(community),
    root: String(root),
    intermediate: String(intermediate),
    issued: [good, bad].map((serial) => ({ serial, issuer: 'intermediate' })),
    revoked: [{ serial: bad, issuer: 'intermediate', at: String(at), reason: 'superseded' }],
  }

  const again = await begin(record)
  await again.write()
  expect(again.ca.facts).toEqual({ root, intermediate, community: 'urn:example:lasting' })
  expect(await again.status(good)).toMatch(/: good[\s\S]*Response verify OK/)
  expect(await again.status(bad)).toMatch(/: revoked[\s\S]*Reason: superseded/)
  expect(await again.status('0123')).toMatch(/: unknown/)
  expect(await again.crl('intermediate')).toContain(`Serial Number: ${bad}`)
  const number = async () => Number(/CRL Number:\s*(\d+)/.exec(await again.crl('intermediate'))?.[1])
  const before = await number()
  // The first life counted from 1; nobody can have asked as often as there were seconds.
  expect(before).toBeGreaterThan(1_700_000_000)
  await again.act('ca/revoke', { serial: good })
  expect(await number()).toBe(before + 1)

  const leaf = await again.act('ca/issue', { publicKey: await publicKey(), uris: ['https://b.example'] })
  const [certificate] = leaf.chain as string[]
  await openssl.writePem('leaf.pem', Buffer.from(certificate!, 'base64'))
  const verified = await openssl.run(
    'verify',
    '-CAfile',
    'root.pem',
    '-untrusted',
    'intermediate.pem',
    'leaf.pem',
  )
  expect(verified).toMatchObject({ code: 0 })
})

test('it learns what was issued and revoked elsewhere while it runs', async () => {
  const { act, write, status } = await begin()
  await write()
  const [serial, other] = ['4A01', '4A02']
  expect(await status(serial)).toMatch(/: unknown/)
  const issuer = 'intermediate'
  const at = '2026-01-02T03:04:05.000Z'
  await act('ca/learn', {
    issued: [
      { serial, issuer },
      { serial: other, issuer },
    ],
    revoked: [],
  })
  await act('ca/learn', { issued: [], revoked: [{ serial: other, issuer, at, reason: 'keyCompromise' }] })
  expect(await status(serial)).toMatch(/: good/)
  expect(await status(other)).toMatch(/: revoked[\s\S]*keyCompromise[\s\S]*Jan {2}2 03:04:05 2026/)
})
