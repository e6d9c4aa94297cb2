import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { authority, leafOf, Web } from '../certs/fixture-pki.ts'
import { decodeJwt } from '../wire/jwt.ts'
import type { Change } from './change.ts'
import { createSigner } from './client/signer.ts'
import { runtimeOf } from './fixture.ts'
import { isSignedBy } from './jws.ts'

const issued = await leafOf(await authority(new Web(), 'root'), { key: 'rsa-2048' })
const { publicKey, subjectAltName } = new X509Certificate(Buffer.from(issued.base64, 'base64'))
const signer = createSigner({
  community: 'urn:example:community',
  key: issued.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  chain: [issued.base64],
  uris: ['https://app.example'],
})
const claims = { iss: 'https://app.example', exp: 5, extensions: { 'hl7-b2b': { version: '1' } } }

async function made(change: Omit<Change, 'artifact'>) {
  const { runtime } = runtimeOf('app')
  const arm = runtime.faults.arm([
    { inject: 'software-statement/it', change: { artifact: 'software-statement', ...change } },
  ])
  const text = await runtime.make('software-statement', signer.draft(claims), signer.sign)
  const fired = runtime.faults.disarm(arm)
  return { text, jwt: decodeJwt(text)!, fired: fired.length }
}

const isOwn = (text: string) => isSignedBy(text, publicKey, ['RS256', 'RS384', 'ES256', 'ES384'])

it('sets, replaces and removes at a path, before it is signed', async () => {
  const { text, jwt, fired } = await made({
    set: { 'claims.exp': 7, 'claims.extensions.hl7-b2b.version': 2, 'claims.new': [1] },
    replace: { 'claims.iss': 'https://other.example', 'claims.absent': 1 },
    remove: ['header.x5c'],
  })
  expect(jwt.claims).toEqual({
    iss: 'https://other.example',
    exp: 7,
    extensions: { 'hl7-b2b': { version: 2 } },
    new: [1],
  })
  expect(jwt.header).not.toHaveProperty('x5c')
  expect(await isOwn(text)).toBe(true)
  expect(fired).toBe(1)
})

it.each<[string, Omit<Change, 'artifact'>]>([
  ['replace what is not there', { replace: { 'claims.absent': 1 } }],
  ['set below what is not there', { set: { 'claims.absent.member': 1 } }],
  ['remove what is not there', { remove: ['claims.absent'] }],
  ['set what it is already', { set: { 'claims.exp': 5 } }],
  ['drop where no connection waits for it', { drop: true }],
])('%s: nothing is changed, and nothing fires', async (_, change) => {
  const { jwt, fired } = await made(change)
  expect(jwt.claims).toEqual(claims)
  expect(fired).toBe(0)
})

it('signs with another key: all the same but the signature', async () => {
  const { text, jwt, fired } = await made({ sign: { with: 'another-key' } })
  expect(jwt.claims).toEqual(claims)
  expect(jwt.header).toEqual(signer.draft({}).header)
  expect(await isOwn(text)).toBe(false)
  expect(fired).toBe(1)
})

it('signs with another certificate: of the same names, and the signature fits it', async () => {
  const { text, jwt } = await made({ sign: { with: 'another-certificate' } })
  const certificate = new X509Certificate(Buffer.from(String((jwt.header.x5c as string[])[0]), 'base64'))
  expect(certificate.subjectAltName).toBe(subjectAltName)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(await isSignedBy(text, certificate.publicKey, ['RS256', 'ES256', 'ES384'])).toBe(true)
  expect(await isOwn(text)).toBe(false)
})

it.each(['RS384', 'ES256', 'ES384', 'HS256', 'none'])('signs with alg %s', async (alg) => {
  const { text, jwt } = await made({ sign: { with: 'another-key', alg } })
  expect(jwt.header.alg).toBe(alg)
  expect(jwt.signature === '').toBe(alg === 'none')
  expect(await isOwn(text)).toBe(false)
})

it('holds it back, and fires', async () => {
  const began = performance.now()
  const { fired, text } = await made({ delayMs: 30 })
  expect(performance.now() - began).toBeGreaterThanOrEqual(29)
  expect(fired).toBe(1)
  expect(await isOwn(text)).toBe(true)
})
