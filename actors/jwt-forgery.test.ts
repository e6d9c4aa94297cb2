import { expect, it } from 'vitest'
import { decodeJwt } from '../wire/jwt.ts'
import { authenticatedByHmac, signedByAnother } from './jwt-forgery.ts'

const jwtOf = (header: object) =>
  decodeJwt(
    `${[header, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`,
  )!

it.each([[{}], [{ x5c: 'AAAA' }], [{ x5c: [] }], [{ x5c: ['AAAA'] }], [{ x5c: [7] }]])(
  'without a certificate there is no public key to authenticate by: %j',
  (header) => {
    expect(authenticatedByHmac(jwtOf({ alg: 'RS256', ...header }))).toBeUndefined()
  },
)

it.each(['none', 'HS256', 'RS1', '', 7])('what alg %s promises, no other key can give', (alg) => {
  expect(signedByAnother(jwtOf({ alg }))).toBeUndefined()
})

it.each([
  ['RS256', 256],
  ['RS384', 256],
  ['ES256', 64],
  ['ES384', 96],
])('another key signs as %s promises', (alg, bytes) => {
  const signed = decodeJwt(signedByAnother(jwtOf({ alg }))!)!
  expect(signed.header).toEqual({ alg })
  expect(Buffer.from(signed.signature, 'base64url')).toHaveLength(bytes)
})
