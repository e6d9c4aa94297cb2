import { expect, test } from 'vitest'
import { decodeJwt } from './jwt.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const compact = (header: unknown, claims: unknown, signature = 'c2ln') =>
  `${encode(header)}.${encode(claims)}.${signature}`

test('reads header, claims, signature and what the signature covers', () => {
  const text = compact({ alg: 'RS256' }, { iss: 'https://app.example' })
  expect(decodeJwt(text)).toEqual({
    header: { alg: 'RS256' },
    claims: { iss: 'https://app.example' },
    signature: 'c2ln',
    signingInput: text.slice(0, text.lastIndexOf('.')),
  })
})

test.each([
  ['two segments', 'e30.e30'],
  ['four segments', `${compact({}, {})}.x`],
  ['a header that is no object', compact([], {})],
  ['claims that are no object', compact({}, 'text')],
  ['padding', `${Buffer.from('{ }').toString('base64')}=.e30.c2ln`],
  ['plain base64', 'e30.e30.c2+n'],
  ['spaces', 'e30 .e30.c2ln'],
  [
    'bytes that are no UTF-8',
    `${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]).toString('base64url')}.e30.c2ln`,
  ],
  [
    'JSON too deep to walk',
    compact({}, {}).replace('e30.', `${Buffer.from(`{"a":${'['.repeat(100000)}`).toString('base64url')}.`),
  ],
  ['nothing', ''],
])('is no JWT: %s', (_, text) => {
  expect(decodeJwt(text)).toBeUndefined()
})

test('an unsecured JWT can be looked at', () => {
  expect(decodeJwt(compact({ alg: 'none' }, {}, ''))?.signature).toBe('')
})

test('more than 256 KiB is not read', () => {
  expect(decodeJwt(compact({}, { a: 'x'.repeat(256 * 1024) }))).toBeUndefined()
})
