import { beforeAll, expect, test } from 'vitest'
import { readCertificate } from '../certs/certificate.ts'
import { type Authority, authority, type Leaf, leafOf, NOW, revokedAt, Web } from '../certs/fixture-pki.ts'
import { buildOcspRequest } from '../certs/ocsp.ts'
import { decodeMessage } from './decode.ts'
import type { RequestMessage, ResponseMessage } from './hop.ts'
import { isObject, type Json } from './json.ts'

let ca: Authority
let leaf: Leaf
let ocspRequest: Buffer

beforeAll(async () => {
  ca = await authority(new Web(), 'Test root')
  leaf = await leafOf(ca, { uris: ['https://app.example/a', 'https://app.example/b,c'] })
  ocspRequest = buildOcspRequest(readCertificate(leaf.certificate), readCertificate(ca.certificate)).der
})

const encode = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: Json, header: Json = { alg: 'ES256' }) =>
  `${encode(header)}.${encode(claims)}.${'c2ln'.repeat(20)}`

function response(type: string, body: string | Buffer): ResponseMessage {
  const bytes =
    typeof body === 'string' ? { body } : { body: body.toString('base64'), encoding: 'base64' as const }
  return { status: 200, headers: { 'content-type': type }, ...bytes }
}

function request(over: Partial<RequestMessage>): RequestMessage {
  return { method: 'POST', url: 'https://as.example/token', headers: {}, body: '', ...over }
}

test('expands a JWT in a JSON body and describes its certificates', () => {
  const statement = jwt({ iss: 'https://app.example/a' }, { alg: 'ES256', x5c: [leaf.base64, 'x'] })
  const decoded = decodeMessage(
    response('application/json', JSON.stringify({ software_statement: statement, udap: '1' })),
  )
  expect(decoded).toEqual({
    body: {
      udap: '1',
      software_statement: {
        jwt: {
          header: {
            alg: 'ES256',
            x5c: [
              {
                subject: expect.stringContaining('CN=app'),
                issuer: expect.stringContaining('CN=Test root'),
                serial: leaf.serial(),
                uris: ['https://app.example/a', 'https://app.example/b,c'],
                notBefore: '2026-06-01T11:00:00.000Z',
                notAfter: '2027-06-01T12:00:00.000Z',
                ca: false,
                fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
              },
              'not a certificate',
            ],
          },
          claims: { iss: 'https://app.example/a' },
          signature: 'c2ln…c2ln',
        },
      },
    },
  })
})

test('reads a form, with a repeated name as a list', () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const body = `grant_type=client_credentials&client_assertion=${jwt({ sub: 'c' })}&udap=1&udap=2`
  expect(decodeMessage(request({ headers, body }))).toMatchObject({
    body: {
      grant_type: 'client_credentials',
      client_assertion: { jwt: { claims: { sub: 'c' } } },
      udap: ['1', '2'],
    },
  })
})

test('expands a JWT access token in the authorization header', () => {
  const headers = { authorization: `Bearer ${jwt({ scope: 'system/Patient.rs' })}` }
  expect(decodeMessage(request({ method: 'GET', headers }))).toMatchObject({
    authorization: { jwt: { claims: { scope: 'system/Patient.rs' } } },
  })
})

test('describes a CRL', () => {
  ca.revoked.set(leaf.serial(), revokedAt())
  const crl = decodeMessage(response('application/pkix-crl', ca.crl()))
  ca.revoked.clear()
  expect(crl).toEqual({
    body: {
      kind: 'crl',
      issuer: expect.stringContaining('Test root'),
      thisUpdate: NOW.toISOString(),
      nextUpdate: '2026-06-02T12:00:00.000Z',
      number: 1,
      entries: 1,
      revoked: [{ serial: leaf.serial(), at: NOW.toISOString() }],
    },
  })
})

test('describes OCSP by POST and by GET, and its answers', () => {
  const asked = { kind: 'ocsp-request', serials: [leaf.serial()] }
  const headers = { 'content-type': 'application/ocsp-request' }
  const body = ocspRequest.toString('base64')
  expect(decodeMessage(request({ headers, body, encoding: 'base64' }))).toEqual({ body: asked })
  const url = `http://ca.example/ocsp/${encodeURIComponent(body)}`
  expect(decodeMessage(request({ method: 'GET', url }))).toEqual({ ocsp: asked })

  const answer = () => decodeMessage(response('application/ocsp-response', ca.ocsp(ocspRequest)))
  expect(answer()).toMatchObject({
    body: {
      kind: 'ocsp-response',
      status: 'successful',
      responses: [{ serial: leaf.serial(), status: 'good' }],
    },
  })
  ca.revoked.set(leaf.serial(), revokedAt())
  expect(answer()).toMatchObject({ body: { responses: [{ status: 'revoked', at: NOW.toISOString() }] } })
  ca.revoked.clear()
})

test.each([
  ['a CRL that is none', 'application/pkix-crl', Buffer.from([0x30, 0x80, 0xff])],
  ['an OCSP response that is none', 'application/ocsp-response', Buffer.from([0xff, 0x00])],
  ['a certificate that is none', 'application/pkix-cert', Buffer.from([0x30, 0x03, 0x02, 0x01, 0x01])],
  ['JSON that is none', 'application/json', '{"a":'],
  ['JSON that is too deep', 'application/json', '['.repeat(200_000)],
  ['binary', 'application/octet-stream', Buffer.from([0xff, 0xfe])],
  ['nothing', 'application/json', ''],
])('has nothing to say about %s', (_, type, body) => {
  expect(decodeMessage(response(type, body))).toBeUndefined()
})

test('stays bounded for a large body', () => {
  const rows = Array.from({ length: 50_000 }, (_, index) => ({ index, jwt: jwt({ index }) }))
  const decoded = decodeMessage(response('application/json', JSON.stringify(rows)))
  const list = isObject(decoded) ? decoded.body : undefined
  expect(Array.isArray(list) && list.length).toBeLessThanOrEqual(2000)
  expect(JSON.stringify(list).length).toBeLessThan(200_000)
})

test('a key called __proto__ stays a key', () => {
  const decoded = decodeMessage(response('application/json', '{"__proto__":{"polluted":true}}'))
  expect(JSON.stringify(decoded)).toBe('{"body":{"__proto__":{"polluted":true}}}')
})
