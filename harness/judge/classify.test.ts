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
  ['issuer-certificate', request(outside), 'application/x-x509-ca-cert'],
  ['metadata', request('https://outside.example/fhir/.well-known/udap'), undefined],
])('by what it holds it is %s', (expected, asked, type) => {
  const response =
    type === undefined ? undefined : { status: 200, headers: { 'content-type': type }, body: '' }
  expect(classOf(asked, response, actors)).toBe(expected)
})

const holder = 'https://holder-c1.example:8443'
const directory = 'https://directory-c1.example:8443'
const idp = 'https://idp-c1.example:8443'
const app = 'https://app-c1.example:8443'
const oauth = {
  authorization: '/authorize',
  interaction: '/interaction',
  callback: '/callback',
  token: '/token',
  userinfo: '/userinfo',
  endSession: '/end-session',
  openid: '/.well-known/openid-configuration',
  registration: '/register',
  jwks: '/jwks',
}
const at = (origin: string, paths: Record<string, string>) =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, origin + path]))
const signIn = {
  ...actors,
  holder: {
    ...actors.fhir!,
    kind: 'data-holder',
    url: holder,
    endpoints: at(holder, {
      ...oauth,
      metadata: '/.well-known/udap',
      smart: '/.well-known/smart-configuration',
      capabilities: '/metadata',
      authorizationServerMetadata: '/.well-known/oauth-authorization-server',
    }),
  },
  directory: {
    ...actors.fhir!,
    kind: 'directory',
    url: directory,
    endpoints: at(directory, { ...oauth, metadata: '/.well-known/udap', capabilities: '/metadata' }),
  },
  idp: {
    ...actors.as!,
    kind: 'identity-provider',
    url: idp,
    endpoints: at(idp, {
      ...oauth,
      udap: '/.well-known/udap',
      metadata: '/.well-known/oauth-authorization-server',
    }),
  },
  app: {
    ...actors.app!,
    url: app,
    endpoints: at(app, {
      redirect: '/callback',
      launch: '/launch',
      consent: '/fhir/Consent/1',
      logo: '/logo.png',
    }),
  },
}

test.each([
  [`${holder}/.well-known/udap`, 'metadata'],
  [`${holder}/.well-known/smart-configuration`, 'smart-configuration'],
  [`${holder}/.well-known/oauth-authorization-server`, 'as-metadata'],
  [`${holder}/metadata`, 'capability-statement'],
  [`${holder}/authorize?response_type=code`, 'authorization'],
  [`${holder}/interaction/mN3x`, 'interaction'],
  [`${holder}/interactions`, 'unknown'],
  [`${holder}/callback?code=c&state=s`, 'callback'],
  [`${holder}/token`, 'token'],
  [`${holder}/Patient/p1`, 'fhir'],
  [`${holder}/Observation?patient=p1`, 'fhir'],
  [`${holder}/Patient/$match`, 'fhir'],
  [`${directory}/.well-known/udap`, 'metadata'],
  [`${directory}/Organization?name=north`, 'fhir'],
  [`${directory}/token`, 'token'],
  [`${holder}/favicon.ico`, 'unknown'],
  [`${idp}/.well-known/udap`, 'metadata'],
  [`${idp}/.well-known/openid-configuration`, 'openid-configuration'],
  [`${idp}/userinfo`, 'userinfo'],
  [`${idp}/end-session?id_token_hint=x`, 'end-session'],
  [`${idp}/Patient/p1`, 'unknown'],
  [`${app}/callback?error=access_denied`, 'callback'],
  [`${app}/launch?iss=${holder}&launch=l`, 'launch'],
  [`${app}/fhir/Consent/1`, 'reference'],
  ['https://elsewhere.example/auth?response_type=code&client_id=c', 'authorization'],
  ['https://elsewhere.example/tenant/.well-known/openid-configuration', 'openid-configuration'],
  ['https://elsewhere.example/r4/.well-known/smart-configuration', 'smart-configuration'],
])('while a person signs in %s is %s', (url, expected) => {
  expect(classOf(request(url), undefined, signIn)).toBe(expected)
})

test('an authorization request in a form is one as well', () => {
  const body = 'response_type=code&client_id=c'
  const posted = request('https://elsewhere.example/auth', { method: 'POST', headers: form, body })
  expect(classOf(posted, undefined, signIn)).toBe('authorization')
})

test.each([
  ['authorization', 'user', 'data-holder', 'user', 'authorization-server'],
  ['interaction', 'user', 'identity-provider', 'user', 'identity-provider'],
  ['callback', 'user', 'client-app', 'user', 'client'],
  ['callback', 'user', 'data-holder', 'user', 'client'],
  ['metadata', 'client-app', 'data-holder', 'client', 'resource-holder'],
  ['metadata', 'data-holder', 'identity-provider', 'client', 'identity-provider'],
  ['registration', 'data-holder', 'identity-provider', 'client', 'identity-provider'],
  ['token', 'data-holder', 'identity-provider', 'client', 'identity-provider'],
  ['token', 'client-app', 'data-holder', 'client', 'authorization-server'],
  ['userinfo', 'client-app', 'data-holder', 'client', 'authorization-server'],
  ['userinfo', 'data-holder', 'identity-provider', 'client', 'identity-provider'],
  ['jwks', 'data-holder', 'identity-provider', 'client', 'identity-provider'],
  ['jwks', 'user', 'identity-provider', 'user', 'identity-provider'],
  ['jwks', 'resource-server', 'authorization-server', 'resource-holder', 'authorization-server'],
  ['openid-configuration', 'client-app', 'data-holder', 'client', 'authorization-server'],
  ['fhir', 'client-app', 'data-holder', 'client', 'resource-holder'],
  ['crl', 'data-holder', 'certificate-authority', 'authorization-server', 'certificate-authority'],
  ['crl', 'authorization-server', 'certificate-authority', 'authorization-server', 'certificate-authority'],
  ['logo', 'user', 'client-app', 'user', 'client'],
  ['logo', 'authorization-server', 'client-app', 'authorization-server', 'client'],
  ['unknown', 'user', undefined, 'user', 'unknown'],
] as const)('in %s from %s to %s they are %s and %s', (kind, from, to, caller, server) => {
  expect(rolesOf(kind, from, to)).toEqual({ from: caller, to: server })
})

test('the logo of a client is fetched from that client', () => {
  expect(classOf(request(`${app}/logo.png`), undefined, signIn)).toBe('logo')
})

test('what a client assertion names is a reference, where it is nothing else', () => {
  const organization = 'https://payer.example/organization'
  const named = new Set([organization, `${holder}/Consent/1`])
  expect(classOf(request(organization), undefined, signIn, named)).toBe('reference')
  expect(classOf(request(`${holder}/Consent/1`), undefined, signIn, named)).toBe('fhir')
})
