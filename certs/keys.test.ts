import { createPrivateKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateKey, KeyPool } from './keys.ts'

describe('generateKey', () => {
  it.each([
    ['rsa-2048', 'rsa', { modulusLength: 2048 }],
    ['ec-p256', 'ec', { namedCurve: 'prime256v1' }],
    ['ec-p384', 'ec', { namedCurve: 'secp384r1' }],
  ] as const)('makes %s as PKCS#8', async (algorithm, type, details) => {
    const pem = await generateKey(algorithm)
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    const key = createPrivateKey(pem)
    expect(key.asymmetricKeyType).toBe(type)
    expect(key.asymmetricKeyDetails).toMatchObject(details)
  })
})

describe('KeyPool', () => {
  it('lends a key again that was given back, and to one borrower at a time', async () => {
    const pool = new KeyPool()
    const [one, two] = await Promise.all([pool.borrow('ec-p256'), pool.borrow('ec-p256')])
    expect(one).not.toBe(two)
    pool.giveBack('ec-p256', one)
    expect(await pool.borrow('ec-p256')).toBe(one)
    expect(await pool.borrow('ec-p256')).not.toBe(one)
    pool.giveBack('ec-p256', two)
    expect(createPrivateKey(await pool.borrow('ec-p384')).asymmetricKeyDetails?.namedCurve).toBe('secp384r1')
  })

  it('serves everybody who waits, whatever is given back meanwhile', async () => {
    const pool = new KeyPool()
    const lent = await Promise.all([pool.borrow('ec-p256'), pool.borrow('ec-p256')])
    const borrowed = [
      ...Array.from({ length: 6 }, () => pool.borrow('ec-p384')),
      ...Array.from({ length: 6 }, () => pool.borrow('ec-p256')),
    ]
    for (const key of lent) pool.giveBack('ec-p256', key)
    const keys = await Promise.all(borrowed)
    expect(new Set(keys).size).toBe(12)
    expect(keys).toEqual(expect.arrayContaining(lent))
  })
})
