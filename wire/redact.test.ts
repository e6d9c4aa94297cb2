import { expect, test } from 'vitest'
import { cut, redactJson, redactText } from './redact.ts'

const token = 'kM3q9vX2bT7wZ0aR5nL8cJ1dF4gH6sYpQeUiOoPlKjh'
const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FwcC5leGFtcGxlIn0.${'s'.repeat(86)}`

test('keeps the first and last 4 characters', () => {
  expect(cut(token)).toBe('kM3q…lKjh')
  expect(cut('short')).toBe('…')
})

test.each([
  ['a JWT', `saw "${jwt}"`, 'saw "eyJh…ssss"'],
  ['a bearer token', `Authorization: Bearer ${token}`, 'Authorization: Bearer kM3q…lKjh'],
  ['a short bearer token', 'Bearer abc', 'Bearer …'],
  ['an opaque token', `the token ${token} is unknown`, 'the token kM3q…lKjh is unknown'],
  [
    'a token in a URL',
    'https://a.example/?access_token=0123456789abcdef01&x=1',
    'https://a.example/?access_token=0123…ef01&x=1',
  ],
  [
    'an authorization code in a URL',
    'https://a.example/?code=SplxlOBeZQQYbYS6WxSbIA&state=1',
    'https://a.example/?code=Splx…SbIA&state=1',
  ],
  ['terminal control', 'a\u001b[31mred\r\nb', 'a [31mred b'],
])('cuts %s', (_, text, expected) => {
  expect(redactText(text)).toBe(expected)
})

test.each([
  'https://fhir.example/Observation?code=8480-6',
  'certificate 0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C is revoked',
  'urn:oid:2.16.840.1.113883.5.8#TREAT',
  'The value of aud is https://as-c1.localhost:41873/register',
])('leaves what is no secret: %s', (text) => {
  expect(redactText(text)).toBe(text)
})

test('cuts by the name of a field, at any depth', () => {
  const body = {
    access_token: 'abcd1234efgh5678ijkl',
    scope: 'system/*.rs',
    list: [{ client_assertion: 'x' }],
    coding: { code: 'TREAT' },
  }
  expect(redactJson(body)).toEqual({
    access_token: 'abcd…ijkl',
    scope: 'system/*.rs',
    list: [{ client_assertion: '…' }],
    coding: { code: 'TREAT' },
  })
})
