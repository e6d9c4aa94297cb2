import { expect, test } from 'vitest'
import type { RequestMessage } from '../../wire/hop.ts'
import { classOf, rolesOf } from './classify.ts'
import { endpoints, evidence, origins } from './fixture.ts'

const { actors } = evidence({ steps: [] }).stage.cases[0]!
const request = (url: string, over: Partial<RequestMessage> = {}): RequestMessage => ({
  method: 'GET',
  url,
  headers: {},
  body: '',
  ...over,
})

test.each([
  [`${endpoints.metadata}?community=urn:example:north`, 'metadata'],
  [endpoints.registration, 'registration'],
  [endpoints.token, 'token'],
  [`${origins.as}/jwks`, 'jwks'],
  [`${origins.as}/.well-known/oauth-authorization-server`, 'as-metadata'],
  [`${endpoints.fhir}/metadata`, 'capability-statement'],
  [`${endpoints.fhir}/Patient?_count=1`, 'fhir'],
  [endpoints.crl, 'crl'],
  [`${origins.ca}/ocsp/MFEwTz%3D`, 'ocsp'],
  [`${origins.as}/registered`, 'unknown'],
  ['https://elsewhere.example/', 'unknown'],
  ['no url', 'unknown'],
])('by its URL %s is %s', (url, expected) => {
  expect(classOf(request(url), undefined, actors)).toBe(expected)
})

const outside = 'https://outside.example/x'
const form = { 'content-type': 'application/x-www-form-urlencoded' }
test.each([
  ['registration', request(outside, { method: 'POST', body: '{"software_statement":"x"}' }), undefined],
  [
    'token',
    request(outside, { method: 'POST', headers: form, body: 'grant_type=client_credentials' }),
    undefined,
  ],
  ['unknown', request(outside, { method: 'POST', headers: form, body: 'a=b' }), undefined],
  [
    'ocsp',
    request(outside, { method: 'POST', headers: { 'content-type': 'application/ocsp-request' } }),
    undefined,
  ],
  ['crl', request(outside), 'application/pkix-crl'],
  ['issuer-certificate', request(outside), 'application/pkix-cert'],
  ['metadata', request('https://outside.example/fhir/.well-known/udap'), undefined],
])('by what it holds it is %s', (expected, asked, type) => {
  const response =
    type === undefined ? undefined : { status: 200, headers: { 'content-type': type }, body: '' }
  expect(classOf(asked, response, actors)).toBe(expected)
})

test('who fetches a CRL is what it is elsewhere', () => {
  expect(rolesOf('crl', 'authorization-server')).toEqual({
    from: 'authorization-server',
    to: 'certificate-authority',
  })
  expect(rolesOf('registration', 'authorization-server')).toEqual({
    from: 'client',
    to: 'authorization-server',
  })
})

test('the logo of a client is fetched from that client', () => {
  const url = 'https://app-c1.example:8443/logo.png'
  const app = { ...actors.app!, endpoints: { logo: url } }
  expect(classOf(request(url), undefined, { ...actors, app })).toBe('logo')
  expect(rolesOf('logo', 'authorization-server')).toEqual({ from: 'authorization-server', to: 'client' })
})
