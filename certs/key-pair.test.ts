/** A key finds its certificate and its chain among many, in any order. */
import { expect, test } from 'vitest'
import { readCertificate } from './certificate.ts'
import { authority, leafOf, Web } from './fixture-pki.ts'
import { pairUp, sameKey } from './key-pair.ts'

const web = new Web()
const root = await authority(web, 'root', { key: 'rsa-2048' })
const intermediate = await authority(web, 'intermediate', { issuer: root })
const other = await authority(web, 'other')
const leaf = await leafOf(intermediate)
const renewed = await leafOf(intermediate, { profile: { notAfter: '2y' } })
const read = (...ders: Buffer[]) => ders.map(readCertificate)
const all = read(other.certificate, root.certificate, intermediate.certificate, leaf.certificate)

test.each([all, all.toReversed()])('in any order', (...certificates) => {
  const pair = pairUp(leaf.key, certificates)!
  expect(pair.chain).toEqual(read(leaf.certificate, intermediate.certificate))
  expect(new Set(pair.others)).toEqual(new Set(read(other.certificate, root.certificate)))
})

test('a chain that lacks its middle ends there; a key of nobody has none', () => {
  expect(pairUp(leaf.key, read(root.certificate, leaf.certificate))!.chain).toHaveLength(1)
  expect(pairUp(renewed.key, all)).toBeUndefined()
})

test('keys of two kinds are not the same, and comparing them leaves nothing behind', () => {
  expect(sameKey(root.key, intermediate.key)).toBe(false)
  expect(() => pairUp(root.key, all)).not.toThrow()
})
