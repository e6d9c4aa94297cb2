/** For tests: messages of which nothing can be relied on, in a case with all kinds of actors. */
import { sign } from 'node:crypto'
import fc from 'fast-check'
import { authority, leafOf, Web } from '../../certs/fixture-pki.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { StageActor } from '../trace/trace.ts'
import { type HopSketch, nowS } from './fixture.ts'

export const app = 'https://app-c1.example'
export const holder = 'https://holder-c1.localhost:8004'
export const idp = 'https://idp-c1.localhost:8005'
export const ca = 'http://ca-c1.localhost:8001'

const root = await authority(new Web(), 'Root')
export const leaf = await leafOf(root, { uris: [app, idp, `${holder}/fhir`] })

const oauth = (url: string) =>
  Object.fromEntries(
    ['registration', 'authorization', 'token', 'userinfo', 'jwks', 'callback', 'interaction', 'logo']
      .concat('introspection', 'revocation', 'openid', 'endSession')
      .map((name) => [name, `${url}/${name}`]),
  )

export const actors: Record<string, Partial<StageActor>> = {
  ana: { kind: 'user' },
  ca: {
    kind: 'certificate-authority',
    url: ca,
    endpoints: { ocsp: `${ca}/ocsp`, rootCrl: `${ca}/root.crl`, rootCertificate: `${ca}/root.cer` },
    facts: { root: root.base64 },
  },
  app: {
    kind: 'client-app',
    url: app,
    endpoints: { redirect: `${app}/callback`, launch: `${app}/launch`, organization: `${app}/organization` },
    anchors: { north: [root.base64] },
  },
  holder: {
    kind: 'data-holder',
    url: `${holder}/fhir`,
    endpoints: {
      ...oauth(holder),
      metadata: `${holder}/fhir/.well-known/udap`,
      smart: `${holder}/fhir/.well-known/smart-configuration`,
      capabilities: `${holder}/fhir/metadata`,
      authorizationServerMetadata: `${holder}/.well-known/oauth-authorization-server`,
    },
    anchors: { north: [root.base64] },
  },
  idp: {
    kind: 'identity-provider',
    url: idp,
    endpoints: {
      ...oauth(idp),
      metadata: `${idp}/.well-known/openid-configuration`,
      udap: `${idp}/.well-known/udap`,
    },
  },
  fhir: { kind: 'resource-server', links: { tokensFrom: 'as' } },
}
const urls = Object.values(actors).flatMap(({ url = '', endpoints = {} }) => [
  url,
  ...Object.values(endpoints),
])
const someUrl = fc.constantFrom(
  ...urls,
  `${holder}/fhir/Patient/1`,
  `${app}/elsewhere`,
  'https://as-c1.localhost:8002/token',
  'not a URL',
)

const known = [
  'code S256 1 udap system/*.rs patient/Patient.r?a=b c-1 s-1 north none RS256 ES256 Bearer private_key_jwt',
  'authorization_code client_credentials refresh_token invalid_request invalid_idp udap_dcr udap_to hl7-b2b',
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer mailto:a@b.example',
  '__proto__ constructor % http://[ https://',
].flatMap((line) => line.split(' '))
/** What a protocol has, and what it has not. */
const text = fc.oneof(
  someUrl,
  fc.constantFrom(...known),
  fc.constantFrom('openid udap', 'a\u0000b', '\ud800', 'x\udc00', '', ' '),
  fc.string(),
)
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.array(text, { maxLength: 3 }) },
  fc.constantFrom<Json>(nowS, nowS + 200, nowS - 1e6, 1e308, -1e308, -0, 0.5, null, true, [[]], [{}], [null]),
  fc.constantFrom<Json>({ toString: 1 }, { 'hl7-b2b': { version: 1 } }, { 'hl7-b2b': [] }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
)

const names = [
  'iss sub aud exp iat nbf jti nonce acr amr extensions client_name contacts logo_uri redirect_uris jwks_uri',
  'grant_types response_types token_endpoint_auth_method scope client_id udap software_statement certifications',
  'certification_name certification_uris response_type redirect_uri state code code_challenge idp keys',
  'code_challenge_method grant_type code_verifier client_assertion client_assertion_type client_secret',
  'refresh_token access_token token_type expires_in id_token error error_description community signed_metadata',
  'udap_versions_supported udap_profiles_supported udap_authorization_extensions_supported scopes_supported',
  'udap_authorization_extensions_required udap_certifications_supported udap_certifications_required',
  'authorization_endpoint token_endpoint registration_endpoint grant_types_supported resourceType entry',
  'token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported email active',
  'registration_endpoint_jwt_signing_alg_values_supported sourceAttachment content patient id',
].flatMap((line) => line.split(' '))
const b2bNames =
  'version subject_name subject_id subject_role organization_name organization_id purpose_of_use consent_policy consent_reference'
export const members = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.constant('x')), value, {
  maxKeys: 6,
})

const b2b = fc.dictionary(fc.constantFrom(...b2bNames.split(' ')), value, { maxKeys: 6 })
export const good: JsonObject = {
  iss: app,
  sub: app,
  aud: `${holder}/registration`,
  iat: nowS,
  exp: nowS + 200,
  jti: 'j-1',
  client_name: 'App',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  redirect_uris: [`${app}/callback`],
  scope: 'openid udap',
}
const claims = fc
  .tuple(fc.constantFrom<JsonObject>({}, good), members, fc.option(b2b, { nil: undefined }))
  .map(([base, over, object]) => ({ ...base, ...over, ...(object && { extensions: { 'hl7-b2b': object } }) }))
export const header = fc
  .tuple(
    fc.constantFrom<JsonObject>(
      {},
      { alg: 'ES256', x5c: [leaf.base64] },
      { alg: 'ES256', jku: `${app}/jwks`, kid: 'k' },
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      fc.dictionary(fc.constantFrom('alg', 'x5c', 'kid', 'typ', 'jku', 'crit', 'b64'), value, { maxKeys: 2 }),
    ),
  )
  .map(([base, over]) => ({ ...base, ...over }))

const encode = (part: JsonObject) => Buffer.from(JSON.stringify(part)).toString('base64url')
export function jwtOf(head: JsonObject, body: JsonObject): string {
  const input = `${encode(head)}.${encode(body)}`
  const key = { key: leaf.key, dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}
const jwt = fc.tuple(header, claims).map(([head, body]) => jwtOf(head, body))
const carriers = fc.record(
  {
    software_statement: jwt,
    certifications: fc.array(jwt, { maxLength: 2 }),
    client_assertion: jwt,
    id_token: jwt,
    access_token: jwt,
    signed_metadata: jwt,
  },
  { requiredKeys: [] },
)
/** Of a flow that nearly holds together, so that rules come as far as what a message answers. */
export const flow: JsonObject = {
  client_id: 'c-1',
  response_type: 'code',
  redirect_uri: `${app}/callback`,
  state: 's-1',
  code_challenge: 'x',
  code_challenge_method: 'S256',
  code: 'c-1',
  grant_type: 'authorization_code',
  udap: '1',
  scope: 'openid udap',
  idp,
}
const content = fc
  .tuple(fc.constantFrom<JsonObject>({}, flow), members, carriers)
  .map(([base, over, jwts]): JsonObject => ({ ...base, ...over, ...jwts }))

export const formOf = (body: JsonObject): string =>
  Object.entries(body)
    .flatMap(([name, one]) =>
      [one].flat().map((item) => [name, typeof item === 'string' ? item : JSON.stringify(item)]),
    )
    .map((pair) => new URLSearchParams([pair as [string, string]]).toString())
    .join('&')

interface Sent {
  headers: Record<string, string>
  body: string
}
const sent: fc.Arbitrary<Sent> = fc.oneof(
  content.map((body) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })),
  content.map((body) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: formOf(body),
  })),
  value.map((body) => ({ headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(body) })),
  fc.constant({ headers: {}, body: '' }),
  fc.record({
    headers: fc.constantFrom<Record<string, string>>({}, { 'content-type': 'application/pkix-cert' }),
    body: fc.string(),
  }),
)
const url = fc
  .tuple(someUrl, fc.option(content, { nil: undefined }))
  .map(([base, query]) => (query ? `${base}?${formOf(query)}` : base))
const end = fc.constantFrom('ana', 'ca', 'app', 'holder', 'idp', 'fhir', 'as')
export const hop: fc.Arbitrary<HopSketch> = fc
  .record({
    from: end,
    to: end,
    method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'DELETE'),
    url,
    asked: sent,
    authorization: fc.option(
      fc.oneof(
        jwt.map((one) => `Bearer ${one}`),
        fc.constant('Basic Og=='),
        fc.string(),
      ),
    ),
    answer: fc.option(fc.tuple(fc.constantFrom(200, 200, 201, 204, 302, 400, 401, 403, 404, 429, 500), sent)),
    location: url,
    challenge: fc.option(fc.oneof(fc.constant('Bearer error="invalid_token"'), fc.string())),
    sides: fc.constantFrom<('client' | 'server')[]>(['client', 'server'], ['client'], ['server']),
    fault: fc.boolean(),
  })
  .map(({ asked, answer, authorization, location, challenge, fault, ...rest }) => ({
    ...rest,
    headers: { ...asked.headers, ...(authorization !== null && { authorization }) },
    body: asked.body,
    ...(answer && {
      response: {
        status: answer[0],
        headers: {
          ...answer[1].headers,
          location,
          ...(challenge !== null && { 'www-authenticate': challenge }),
        },
        body: answer[1].body,
      },
    }),
    ...(fault && { faults: { client: ['any/fault'] } }),
  }))
