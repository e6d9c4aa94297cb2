/** The client's side of a registration request: what is legal stays met, and what is said of the rest. */
import { sign } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { authority, type Leaf, leafOf, Web } from '../../../../certs/fixture-pki.ts'
import type { Json, JsonObject } from '../../../../wire/json.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import { rules } from '../index.ts'

const ruleOf = (id: string) => rules.filter((rule) => rule.id === id)

/** The verdict, with what was expected and seen. */
function judged(id: string, hops: HopSketch[], spec = '2.0.0'): string {
  const sketch = { steps: [{ id: 'register', hops }], actors: { app: { spec } } }
  const [found] = judge(evidence(sketch), ruleOf(id)).cases[0]!.rules
  const finding = found?.findings[0]
  return finding
    ? `${found.verdict}: expected ${finding.expected}, saw ${finding.seen}`
    : (found?.verdict ?? 'none')
}

const code = { grant_types: ['authorization_code'] }
const plain = { grant_types: ['client_credentials'] }
const cancel = { grant_types: [] }

describe('what a software statement says of its client', () => {
  test.each<[string, JsonObject, string]>([
    ['reg-010', { iss: 'urn:a', sub: 'urn:a' }, 'met'],
    ['reg-010', { iss: 'urn:a' }, 'broken: expected sub equal to iss, "urn:a", saw nothing'],
    ['reg-010', { sub: 'urn:a' }, 'none'],
    ['reg-011', { aud: endpoints.registration }, 'met'],
    ['reg-011', { aud: [endpoints.registration] }, 'met'],
    [
      'reg-011',
      { aud: [endpoints.registration, 'https://other.example'] },
      `broken: expected aud the registration endpoint, "${endpoints.registration}", saw ["${endpoints.registration}","https://other.example"]`,
    ],
    [
      'reg-011',
      { aud: `${endpoints.registration}/` },
      `broken: expected aud the registration endpoint, "${endpoints.registration}", saw "${endpoints.registration}/"`,
    ],
    ['reg-012', { exp: nowS + 300, iat: nowS }, 'met'],
    ['reg-012', { exp: nowS }, 'none'],
    ['reg-013', { iat: nowS + 300 }, 'met'],
    ['reg-013', { iat: nowS - 86_400 }, 'met'],
    [
      'reg-013',
      { iat: nowS + 301 },
      'broken: expected iat when the statement was issued, saw iat 301 s after it was sent',
    ],
    ['reg-013', { iat: '1' }, 'broken: expected iat a whole number, saw iat "1"'],
    ['reg-014', { jti: 7 }, 'broken: expected jti a text that is not empty, saw 7'],
    ['reg-015', { client_name: ' ' }, 'broken: expected client_name a name for people to read, saw " "'],
    ['reg-016', { ...code, redirect_uris: ['https://app.example'] }, 'met'],
    [
      'reg-016',
      { ...code, redirect_uris: [] },
      'broken: expected one or more redirect_uris with authorization_code, saw []',
    ],
    ['reg-016', plain, 'none'],
    ['reg-016', cancel, 'none'],
    ['reg-017', plain, 'met'],
    ['reg-017', { ...cancel, redirect_uris: ['https://app.example'] }, 'none'],
    [
      'reg-017',
      { ...plain, redirect_uris: [] },
      'broken: expected no redirect_uris without authorization_code, saw []',
    ],
    ['reg-018', { redirect_uris: ['HTTPS://app.example', 'https://app.example/?a=b'] }, 'met'],
    [
      'reg-018',
      { redirect_uris: ['https://app.example', 'example.app:/callback'] },
      'broken: expected every redirect URI with https, saw "example.app:/callback"',
    ],
    ['reg-018', {}, 'none'],
    ['reg-019', { contacts: ['https://a.example/', 'MAILTO:a@b.example'] }, 'met'],
    [
      'reg-019',
      { contacts: ['mailto:'] },
      'broken: expected a mailto: address among the contacts, saw ["mailto:"]',
    ],
    [
      'reg-019',
      { contacts: ['a@b.example', 'mailto:a@b.example'] },
      'broken: expected every contact a URI, saw "a@b.example"',
    ],
    ['reg-020', cancel, 'none'],
    ['reg-020', code, 'broken: expected logo_uri with authorization_code, saw nothing'],
    ['reg-022', { logo_uri: 'https://app.example/logo' }, 'met'],
    ['reg-022', { logo_uri: 'https://app.example/LOGO.JPG?v=1' }, 'met'],
    [
      'reg-022',
      { logo_uri: 'https://app.example/logo.svg' },
      'broken: expected logo_uri of a PNG, JPG or GIF file, saw "https://app.example/logo.svg"',
    ],
    [
      'reg-022',
      { logo_uri: 'data:image/png;base64,AA' },
      'broken: expected logo_uri a URL with https, saw "data:image/png;base64,AA"',
    ],
    ['reg-023', { grant_types: ['client_credentials', 'urn:example:own'] }, 'met'],
    ['reg-023', cancel, 'none'],
    ['reg-024', { grant_types: ['refresh_token', 'authorization_code'] }, 'met'],
    [
      'reg-024',
      { grant_types: ['refresh_token'] },
      'broken: expected refresh_token only beside authorization_code, saw grant_types ["refresh_token"]',
    ],
    [
      'reg-025',
      { ...code, response_types: ['code', 'code'] },
      'broken: expected response_types ["code"] with authorization_code, saw ["code","code"]',
    ],
    ['reg-026', plain, 'met'],
    [
      'reg-026',
      { ...plain, response_types: [] },
      'broken: expected no response_types without authorization_code, saw []',
    ],
    ['reg-028', { ...plain, scope: 'a  b' }, 'met'],
    ['reg-028', { ...cancel, scope: '' }, 'met'],
    [
      'reg-028',
      { ...plain, scope: 'a"b' },
      'broken: expected scope a list of scopes with spaces between them, saw "a\\"b"',
    ],
    [
      'reg-x23',
      { redirect_uris: ['https://app.example/#'] },
      'broken: expected redirect URIs without fragment, saw "https://app.example/#"',
    ],
  ])('%s of %j: %s', (id, claims, said) => {
    expect(judged(id, [registration(claims, 400)])).toBe(said)
  })

  test.each<[string, JsonObject, string]>([
    ['reg-030', { ...plain, scope: 'system/Patient.rs user/Patient.rs' }, 'met'],
    ['reg-030', { ...plain, scope: 'udap' }, 'none'],
    [
      'reg-030',
      { ...plain, scope: 'udap user/Patient.rs' },
      'warned: expected system scopes with client_credentials, saw "udap user/Patient.rs"',
    ],
    ['reg-031', { ...code, scope: 'openid patient/*.rs' }, 'met'],
    [
      'reg-031',
      { ...code, scope: 'system/*.rs' },
      'warned: expected user or patient scopes with authorization_code, saw "system/*.rs"',
    ],
  ])('before 2.0.0 %s of %j: %s', (id, claims, said) => {
    expect(judged(id, [registration(claims, 400)], '1.1.0')).toBe(said)
    expect(judged(id, [registration(claims, 400)], '2.0.0')).toBe('none')
  })
})

describe('headers and signer', () => {
  const web = new Web()
  let leaf: Leaf
  let other: Leaf
  beforeAll(async () => {
    const ca = await authority(web, 'Root')
    leaf = await leafOf(ca)
    other = await leafOf(ca)
  })

  const uri = 'https://app.example/udap'
  const statement = (by: Leaf, claims: JsonObject, x5c: Json = [leaf.base64], alg = 'ES256') => {
    const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const input = `${encode({ alg, x5c })}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(input), { key: by.key, dsaEncoding: 'ieee-p1363' })
    const body = { software_statement: `${input}.${signature.toString('base64url')}`, udap: '1' }
    return registration({}, 400, { body })
  }

  test('the key of x5c[0] signs, whatever comes after it', () => {
    expect(judged('reg-007', [statement(leaf, {})])).toBe('met')
    const long = Array.from({ length: 9 }, () => leaf.base64)
    expect(judged('reg-007', [statement(leaf, {}, long)])).toBe('met')
    expect(judged('reg-007', [statement(other, {})])).toBe(
      'broken: expected a signature by the private key of the certificate in x5c[0], saw a signature that does not fit the key of x5c[0]',
    )
  })

  test('without certificate, or with an algorithm by agreement, there is nothing to verify by', () => {
    expect(judged('reg-007', [statement(leaf, {}, ['AAAA'])])).toBe('none')
    expect(judged('reg-007', [statement(leaf, {}, [leaf.base64], 'ES512')])).toBe('none')
    expect(judged('reg-007', [statement(leaf, {}, [leaf.base64], 'none')])).toContain('saw alg "none"')
  })

  test('iss is a URI name of the certificate, to the letter', () => {
    expect(judged('reg-008', [statement(leaf, { iss: uri })])).toBe('met')
    expect(judged('reg-008', [statement(leaf, { iss: `${uri}/` })])).toBe(
      `broken: expected iss a URI name of the certificate in x5c[0], "${uri}", saw "${uri}/"`,
    )
    expect(judged('reg-008', [statement(leaf, {})])).toBe('none')
  })

  test('reg-006 names every claim that is missing', () => {
    const all = Object.fromEntries(
      [
        'iss',
        'sub',
        'aud',
        'exp',
        'iat',
        'jti',
        'client_name',
        'contacts',
        'grant_types',
        'token_endpoint_auth_method',
        'scope',
      ].map((name) => [name, 1]),
    )
    expect(judged('reg-006', [statement(leaf, all)])).toBe('met')
    const { iss: _, scope: __, ...some } = all
    expect(judged('reg-006', [statement(leaf, some)])).toMatch(/^broken: .*, saw no iss, no scope$/)
    expect(judged('reg-006', [statement(leaf, all, [])])).toContain(
      'an x5c header with a certificate, saw []',
    )
  })
})

describe('reg-014: a nonce', () => {
  const first = { iss: 'urn:a', jti: 'x', iat: nowS, exp: nowS + 300 }

  test('the same statement may come again, another one needs another jti', () => {
    expect(judged('reg-014', [registration(first, 201), registration(first, 400)])).toBe('met')
    expect(judged('reg-014', [registration(first, 201), registration({ ...first, scope: 'b' }, 400)])).toBe(
      'broken: expected a new jti in each software statement, saw "x", as in the one before',
    )
  })

  test('but for another iss, or after the earlier has expired', () => {
    expect(judged('reg-014', [registration(first, 201), registration({ ...first, iss: 'urn:b' }, 201)])).toBe(
      'met',
    )
    const gone = { ...first, iat: nowS - 400, exp: nowS - 100 }
    expect(judged('reg-014', [registration(gone, 400), registration(first, 201)])).toBe('met')
  })
})

describe('reg-032: the request around it', () => {
  const jwt = fakeJwt({})
  const sent = (body: Json | string, more: Partial<HopSketch> = {}) => [
    registration({}, 400, { body, ...more }),
  ]

  test.each<[string, HopSketch[], string]>([
    ['a preflight', sent('', { method: 'OPTIONS' }), 'none'],
    ['without certifications', sent({ software_statement: jwt, udap: '1' }), 'met'],
    [
      'none of them, and a parameter more',
      sent({ software_statement: jwt, udap: '1', certifications: [], a: 1 }),
      'met',
    ],
    [
      'with a charset',
      sent(JSON.stringify({ software_statement: jwt, udap: '1' }), {
        headers: { 'content-type': 'Application/JSON; charset=utf-8' },
      }),
      'met',
    ],
    [
      'PUT',
      sent({ software_statement: jwt, udap: '1' }, { method: 'PUT' }),
      'broken: expected a POST, saw PUT',
    ],
    [
      'a form',
      sent('udap=1', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      'broken: expected a body of type application/json, saw "application/x-www-form-urlencoded"',
    ],
    [
      'no JSON',
      sent('{', { headers: { 'content-type': 'application/json' } }),
      'broken: expected a JSON object, saw a body that is none',
    ],
    [
      'no JWT',
      sent({ software_statement: 'a.b', udap: '1' }),
      'broken: expected software_statement a JWT, saw "…"',
    ],
    ['udap a number', sent({ software_statement: jwt, udap: 1 }), 'broken: expected udap "1", saw 1'],
    [
      'certifications a text',
      sent({ software_statement: jwt, udap: '1', certifications: 'no' }),
      'broken: expected certifications an array of JWTs, saw "…"',
    ],
  ])('%s', (_, hops, said) => {
    expect(judged('reg-032', hops)).toBe(said)
  })

  test('reg-x20: what describes the client beside it, not what others may mean by it', () => {
    expect(
      judged('reg-x20', sent({ software_statement: jwt, udap: '1', certifications: [], extra: 1 })),
    ).toBe('met')
    expect(judged('reg-x20', sent({ software_statement: jwt, udap: '1', scope: 'a', jwks: {} }))).toBe(
      'warned: expected every registration parameter in the software statement, saw scope, jwks beside it',
    )
  })
})
