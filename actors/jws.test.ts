import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateKey, type KeyAlgorithm } from '../certs/keys.ts'
import { decodeJwt } from '../wire/jwt.ts'
import { isSignedBy, signJwt } from './jws.ts'

const claims = { iss: 'https://app.example', text: 'ü' }

async function keys(algorithm: KeyAlgorithm) {
  const key = createPrivateKey(await generateKey(algorithm))
  return { key, publicKey: createPublicKey(key) }
}

describe.each([
  ['rsa-1024', 'RS256'],
  ['rsa-1024', 'RS384'],
  ['rsa-2048', 'RS256'],
  ['ec-p256', 'ES256'],
  ['ec-p384', 'ES384'],
] as const)('with a key of %s, %s', (algorithm, alg) => {
  it('what is signed is verified, and nothing else', async () => {
    const { key, publicKey } = await keys(algorithm)
    const jwt = await signJwt({ header: { alg }, claims }, key)
    expect(decodeJwt(jwt)).toMatchObject({ header: { alg }, claims })
    expect(await isSignedBy(jwt, publicKey, [alg])).toBe(true)

    expect(await isSignedBy(jwt, (await keys(algorithm)).publicKey, [alg])).toBe(false)
    expect(await isSignedBy(jwt, publicKey, ['RS512'])).toBe(false)
    const [header, payload, signature] = jwt.split('.')
    expect(await isSignedBy(`${header}.${payload}x.${signature}`, publicKey, [alg])).toBe(false)
    expect(await isSignedBy(`${header}.${payload}.`, publicKey, [alg])).toBe(false)
    expect(await isSignedBy('nonsense', publicKey, [alg])).toBe(false)
  })
})

it('an extension that must be understood is not, with a weak key neither', async () => {
  const { key, publicKey } = await keys('rsa-1024')
  const jwt = await signJwt({ header: { alg: 'RS256', crit: ['b64'], b64: false }, claims }, key)
  expect(await isSignedBy(jwt, publicKey, ['RS256'])).toBe(false)
})
