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
  [
    'what a person types at sign-in',
    'csrf=aB3dE5fG7hJ9kL1mN3pQ5r&step=sign-in&username=ana&password=x9Y8z7W6v5U4t3S2r1Q0',
    'csrf=aB3d…pQ5r&step=sign-in&username=ana&password=x9Y8…r1Q0',
  ],
  ['a short password', 'username=ana&password=secret', 'username=ana&password=…'],
  [
    'the token of a form in its page',
    '<input type="hidden" name="csrf" value="aB3dE5fG7hJ9kL1mN3pQ5r">',
    '<input type="hidden" name="csrf" value="aB3d…pQ5r">',
  ],
  [
    'the cookie of a browser',
    '__Host-browser=aB3dE5fG7hJ9kL1mN3pQ5r; Path=/; Secure',
    '__Host-browser=aB3d…pQ5r; Path=/; Secure',
  ],
  [
    'an ID token in a URL',
    `https://a.example/end?id_token_hint=${jwt}&x=1`,
    'https://a.example/end?id_token_hint=eyJh…ssss&x=1',
  ],
  [
    'the code of a callback, not its state',
    'https://app.example/callback?code=aB3dE5fG7hJ9kL1mN3pQ5r&state=sT4uV5wX6yZ7aB8cD9eF0g&iss=https%3A%2F%2Fas.example',
    'https://app.example/callback?code=aB3d…pQ5r&state=sT4uV5wX6yZ7aB8cD9eF0g&iss=https%3A%2F%2Fas.example',
  ],
  [
    'a refresh token in a form',
    'grant_type=refresh_token&refresh_token=aB3dE5fG7hJ9kL1mN3pQ5r',
    'grant_type=refresh_token&refresh_token=aB3d…pQ5r',
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

test.each(['code_verifier', 'id_token_hint', 'csrf', 'password', 'refresh_token', 'client_secret'])(
  'cuts %s in a form and in a body, however short it is',
  (name) => {
    expect(redactText(`a=1&${name}=short&b=2`)).toBe(`a=1&${name}=…&b=2`)
    expect(redactJson({ [name]: 'short', list: [{ [name]: 'short' }] })).toEqual({
      [name]: '…',
      list: [{ [name]: '…' }],
    })
  },
)

test('cuts what a sign-in leaves behind', () => {
  const secret = 'aB3dE5fG7hJ9kL1mN3pQ5r'
  const cutOff = 'aB3d…pQ5r'
  const left = {
    'set-cookie': `__Host-browser=${secret}; HttpOnly`,
    cookie: secret,
    code: secret,
    refresh_token: secret,
    id_token: jwt,
    password: secret,
    csrf: secret,
    state: secret,
    nonce: secret,
  }
  expect(redactJson(left)).toEqual({
    'set-cookie': '__Ho…Only',
    cookie: cutOff,
    code: cutOff,
    refresh_token: cutOff,
    id_token: 'eyJh…ssss',
    password: cutOff,
    csrf: cutOff,
    state: secret,
    nonce: secret,
  })
})
