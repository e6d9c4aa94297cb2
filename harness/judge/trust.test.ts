import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { type Authority, authority, DAY, type Leaf, leafOf, NOW, Web } from '../../certs/fixture-pki.ts'
import { generateKey } from '../../certs/keys.ts'
import { profile } from '../../certs/profile.ts'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import type { StageCase } from '../trace/trace.ts'
import { evidence } from './fixture.ts'
import { distrust } from './trust.ts'

const web = new Web()
let root: Authority
let intermediate: Authority
let leaf: Leaf
let rsa: Leaf

beforeAll(async () => {
  root = await authority(web, 'Root')
  intermediate = await authority(web, 'Intermediate', { issuer: root })
  leaf = await leafOf(intermediate)
  rsa = await leafOf(intermediate, { key: 'rsa-2048' })
})

function jwtOf(key: KeyObject, header: JsonObject, hash = 'sha256') {
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode(header)}.${encode({ iss: 'https://app.example/udap' })}`
  const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  return decodeJwt(`${input}.${signature}`)!
}

const chain = (...certificates: { base64: string }[]) => certificates.map(({ base64 }) => base64)
const signed = (one: Leaf, alg: string, x5c = chain(one, intermediate)) => jwtOf(one.key, { alg, x5c })

function stage(over: Partial<StageCase> = {}, facts?: JsonObject): StageCase {
  const known = facts ?? { root: root.base64, intermediate: intermediate.base64 }
  return evidence({ steps: [], stage: over, actors: { ca: { facts: known } } }).stage.cases[0]!
}

const at = NOW.getTime()

test('trusts ES256 and RS256 with a chain to the root', () => {
  expect(distrust(signed(leaf, 'ES256'), 'ca', stage(), at)).toBeUndefined()
  expect(distrust(signed(rsa, 'RS256'), 'ca', stage(), at)).toBeUndefined()
})

test('trusts a leaf alone: a client would fetch the intermediate', () => {
  expect(distrust(signed(leaf, 'ES256', chain(leaf)), 'ca', stage(), at)).toBeUndefined()
})

test('does not trust another root, nor an authority without one', async () => {
  const other = await authority(web, 'Other')
  const facts = { root: other.base64, intermediate: intermediate.base64 }
  expect(distrust(signed(leaf, 'ES256'), 'ca', stage({}, facts), at)).toBe(
    'a chain from certificate "app" that does not end at a root that is trusted',
  )
  expect(distrust(signed(leaf, 'ES256'), 'nobody', stage(), at)).toContain('no actor nobody')
})

test('does not trust a signature of another key, or a changed text', async () => {
  const other = await leafOf(intermediate)
  const jwt = jwtOf(other.key, { alg: 'ES256', x5c: chain(leaf, intermediate) })
  expect(distrust(jwt, 'ca', stage(), at)).toBe('a signature that does not fit the key of x5c[0]')
  const good = signed(leaf, 'ES256')
  const changed = {
    ...good,
    signingInput: good.signingInput.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
  }
  expect(distrust(changed, 'ca', stage(), at)).toContain('does not fit')
})

test('refuses none, HMAC and an algorithm of another key type', () => {
  expect(distrust(signed(leaf, 'none'), 'ca', stage(), at)).toContain(
    'alg "none", which is no signature algorithm',
  )
  expect(distrust(signed(leaf, 'HS256'), 'ca', stage(), at)).toContain('alg "HS256"')
  expect(distrust(signed(leaf, 'RS256'), 'ca', stage(), at)).toBe('alg RS256 over a key of type ec')
  expect(distrust(signed(rsa, 'ES256'), 'ca', stage(), at)).toBe('alg ES256 over a key of type rsa')
  expect(distrust(signed(leaf, 'ES384'), 'ca', stage(), at)).toContain('alg ES384 over a key of type ec')
  expect(distrust(signed(leaf, 'constructor'), 'ca', stage(), at)).toContain('no signature algorithm')
})

test('a DER signature is no JWS signature', () => {
  const { header, signingInput } = signed(leaf, 'ES256')
  const der = sign('sha256', Buffer.from(signingInput), leaf.key).toString('base64url')
  const jwt = decodeJwt(`${signingInput}.${der}`)!
  expect(distrust({ ...jwt, header }, 'ca', stage(), at)).toContain('does not fit')
})

test.each<[string, JsonObject, string]>([
  ['none', {}, 'no x5c in its header'],
  ['empty', { x5c: [] }, 'no x5c in its header'],
  ['not base64', { x5c: ['a-_b'] }, 'x5c[0] is no certificate in base64 DER'],
  ['too long', { x5c: Array.from({ length: 7 }, () => 'AAAA') }, 'an x5c of 7 certificates'],
])('says what is wrong with x5c: %s', (_, header, why) => {
  expect(distrust(jwtOf(leaf.key, { alg: 'ES256', ...header }), 'ca', stage(), at)).toBe(why)
})

test('goes by the scenario clock, not by the real one', () => {
  const jwt = signed(leaf, 'ES256')
  expect(distrust(jwt, 'ca', stage(), at + 366 * DAY)).toContain(
    'certificate "app" expired at 2027-06-01T12:00:00.000Z',
  )
  expect(distrust(jwt, 'ca', stage(), at - DAY / 2)).toContain('certificate "app" not valid before')
})

test('knows what was revoked, and when', () => {
  const revoked = [{ serial: leaf.serial(), issuer: 'ca', step: 'revoke', at: NOW.toISOString() }]
  const jwt = signed(leaf, 'ES256')
  expect(distrust(jwt, 'ca', stage({ revoked }), at - 1)).toBeUndefined()
  expect(distrust(jwt, 'ca', stage({ revoked }), at)).toBe(
    `certificate "app" revoked at ${NOW.toISOString()}`,
  )
})

test('a leaf must be allowed to sign, and must not be a CA', async () => {
  const wrong = await leafOf(intermediate, { profile: { keyUsage: ['keyEncipherment'] } })
  expect(distrust(signed(wrong, 'ES256'), 'ca', stage(), at)).toBe(
    'certificate "app" without key usage digitalSignature',
  )
  const ca: Leaf = { ...intermediate, serial: () => '' }
  const facts = { root: root.base64 }
  const jwt = jwtOf(ca.key, { alg: 'ES256', x5c: [intermediate.base64] })
  expect(distrust(jwt, 'ca', stage({}, facts), at)).toContain('certificate "Intermediate" without key usage')
})

test('an issuer must be a CA that may sign certificates, within its path length', async () => {
  const below = await leafOf({ ...intermediate, certificate: leaf.certificate, key: leaf.key })
  expect(distrust(signed(below, 'ES256', chain(below, leaf, intermediate)), 'ca', stage(), at)).toContain(
    'does not end at a root that is trusted',
  )
  const second = await authority(web, 'Second', { issuer: intermediate })
  const deep = await leafOf(second)
  expect(distrust(signed(deep, 'ES256', chain(deep, second, intermediate)), 'ca', stage(), at)).toBe(
    'certificate "Intermediate" with a path length of 0 above 1 CA certificates',
  )
  const weak = await authority(web, 'Weak', {
    issuer: root,
    profile: { ...profile('intermediate'), keyUsage: ['cRLSign'] },
  })
  const under = await leafOf(weak)
  expect(distrust(signed(under, 'ES256', chain(under, weak)), 'ca', stage(), at)).toMatch(/Weak|does not end/)
})

test('two authorities that signed each other end', async () => {
  const [one, two] = await Promise.all([generateKey('ec-p256'), generateKey('ec-p256')])
  const [keyOne, keyTwo] = [createPrivateKey(one), createPrivateKey(two)]
  const a = await authority(web, 'A', { keyObject: keyOne })
  const b = await authority(web, 'B', { keyObject: keyTwo })
  const aByB = await authority(web, 'A', { keyObject: keyOne, issuer: b })
  const bByA = await authority(web, 'B', { keyObject: keyTwo, issuer: a })
  const under = await leafOf(a)
  expect(createPublicKey(keyOne).asymmetricKeyType).toBe('ec')
  expect(distrust(signed(under, 'ES256', chain(under, aByB, bByA, a, b)), 'ca', stage(), at)).toContain(
    'does not end',
  )
})

test('a critical extension that nobody here understands is refused', async () => {
  const odd = await leafOf(intermediate, {
    profile: { extensions: [{ oid: '1.3.6.1.4.1.99999.1', critical: true, value: '0500' }] },
  })
  expect(distrust(signed(odd, 'ES256'), 'ca', stage(), at)).toBe(
    'certificate "app" with a critical extension 1.3.6.1.4.1.99999.1',
  )
})
