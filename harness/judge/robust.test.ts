/** Whatever comes over the wire, in whatever case: every rule finds something or nothing, and finds it again. */
import { sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { authority, leafOf, Web } from '../../certs/fixture-pki.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { StageActor } from '../trace/trace.ts'
import { type CaseSketch, evidence, type HopSketch, nowS, spec } from './fixture.ts'
import { judge } from './judge.ts'

// Hundreds of cases by hundreds of rules: more than a busy machine does in the usual time.
vi.setConfig({ testTimeout: 60_000 })

const app = 'https://app-c1.example'
const holder = 'https://holder-c1.localhost:8004'
const idp = 'https://idp-c1.localhost:8005'
const ca = 'http://ca-c1.localhost:8001'

const root = await authority(new Web(), 'Root')
const leaf = await leafOf(root, { uris: [app, idp, `${holder}/fhir`] })

const oauth = (url: string) =>
  Object.fromEntries(
    ['registration', 'authorization', 'token', 'userinfo', 'jwks', 'callback', 'interaction', 'logo']
      .concat('introspection', 'revocation', 'openid', 'endSession')
      .map((name) => [name, `${url}/${name}`]),
  )

const actors: Record<string, Partial<StageActor>> = {
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

/** What a protocol has, and what it has not. */
const text = fc.oneof(
  someUrl,
  fc.constantFrom(
    'code',
    'S256',
    '1',
    'udap',
    'openid udap',
    'system/*.rs',
    'patient/Patient.r?a=b',
    'c-1',
    's-1',
  ),
  fc.constantFrom('authorization_code', 'client_credentials', 'refresh_token', 'private_key_jwt', 'Bearer'),
  fc.constantFrom('urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'invalid_request', 'invalid_idp'),
  fc.constantFrom('udap_dcr', 'udap_to', 'hl7-b2b', 'mailto:a@b.example', 'RS256', 'ES256', 'none', 'north'),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'a\u0000b',
    '\ud800',
    'x\udc00',
    '',
    ' ',
    '%',
    'http://[',
    'https://',
  ),
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
const members = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.constant('x')), value, { maxKeys: 6 })

const b2b = fc.dictionary(fc.constantFrom(...b2bNames.split(' ')), value, { maxKeys: 6 })
const good: JsonObject = {
  iss: app,
  sub: app,
  aud: `${holder}/registration`,
  iat: nowS,
  exp: nowS + 200,
  jti: 'j-1',
  client_name: 'App',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [`${app}/callback`],
  scope: 'openid udap',
}
const claims = fc
  .tuple(fc.constantFrom<JsonObject>({}, good), members, fc.option(b2b, { nil: undefined }))
  .map(([base, over, object]) => ({ ...base, ...over, ...(object && { extensions: { 'hl7-b2b': object } }) }))
const header = fc
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
function jwtOf(head: JsonObject, body: JsonObject): string {
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
const flow: JsonObject = {
  client_id: 'c-1',
  response_type: 'code',
  redirect_uri: `${app}/callback`,
  state: 's-1',
  code: 'c-1',
  grant_type: 'authorization_code',
  udap: '1',
  scope: 'openid udap',
  idp,
}
const content = fc
  .tuple(fc.constantFrom<JsonObject>({}, flow), members, carriers)
  .map(([base, over, jwts]): JsonObject => ({ ...base, ...over, ...jwts }))

const programme = 'https://programme.example/privacy'
const bearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const toProvider: JsonObject = { ...flow, redirect_uri: `${holder}/callback`, nonce: 'n-1' }
const object: JsonObject = {
  version: '1',
  subject_name: 'Ana',
  organization_id: `${app}/organization`,
  purpose_of_use: ['TREAT'],
  consent_policy: ['urn:oid:1.2'],
  consent_reference: [`${app}/organization`],
}

const formOf = (body: JsonObject): string =>
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
const hop: fc.Arbitrary<HopSketch> = fc
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

/** A JWT of which single claims and headers may be others. */
const jwtWith = (base: JsonObject) =>
  fc
    .tuple(header, fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, members))
    .map(([head, over]) =>
      jwtOf(head, { iss: app, sub: app, iat: nowS, exp: nowS + 200, jti: 'j-1', ...base, ...over }),
    )

interface Scene {
  from: string
  to: string
  url: string
  asked?: fc.Arbitrary<JsonObject>
  as?: 'form' | 'query'
  status?: number
  location?: fc.Arbitrary<string>
  told?: fc.Arbitrary<JsonObject>
}
const fixed = (body: JsonObject): fc.Arbitrary<JsonObject> => fc.constant(body)
const endpointsOf = (url: string) => ({
  authorization_endpoint: `${url}/authorization`,
  token_endpoint: `${url}/token`,
  registration_endpoint: `${url}/registration`,
})
const metadata = (base: string, url: string) =>
  jwtWith({ iss: base, sub: base, ...endpointsOf(url) }).map((signed_metadata) => ({
    ...endpointsOf(url),
    udap_versions_supported: ['1'],
    udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_to'],
    udap_authorization_extensions_supported: ['hl7-b2b'],
    udap_certifications_supported: [programme],
    udap_certifications_required: [programme],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    scopes_supported: ['openid', 'udap', 'system/*.rs'],
    signed_metadata,
  }))
const statement = { ...good, logo_uri: `${app}/logo.png`, contacts: ['mailto:a@b.example'] }
const registration = (over: JsonObject = {}) =>
  fc
    .tuple(jwtWith({ ...statement, ...over }), jwtWith({ certification_uris: [programme] }))
    .map(([software_statement, one]) => ({ udap: '1', software_statement, certifications: [one] }))
const tokens = (grant: JsonObject) =>
  jwtWith({ iss: 'c-1', sub: 'c-1', aud: `${holder}/token`, extensions: { 'hl7-b2b': object } }).map(
    (client_assertion) => ({ udap: '1', client_assertion, client_assertion_type: bearer, ...grant }),
  )
const granted = jwtWith({ iss: idp, aud: 'c-1', nonce: 'n-1' }).map((id_token) => ({
  access_token: 't-1',
  refresh_token: 'r-1',
  token_type: 'Bearer',
  expires_in: 300,
  scope: 'system/*.rs',
  id_token,
}))
const back = { code: 'c-1', state: 's-1' }
const scenes: Scene[] = [
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/fhir/.well-known/udap`,
    as: 'query',
    asked: fixed({ community: 'north' }),
    told: metadata(`${holder}/fhir`, holder),
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/fhir/.well-known/smart-configuration`,
    told: fixed(endpointsOf(app)),
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/registration`,
    asked: registration(),
    status: 201,
    told: registration().map((body) => ({ client_id: 'c-1', ...statement, ...body })),
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/registration`,
    asked: registration({ grant_types: [] }),
    told: fixed({ client_id: 'c-1', grant_types: [] }),
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/registration`,
    asked: registration(),
    status: 400,
    told: fixed({ error: 'unapproved_software_statement' }),
  },
  {
    from: 'ana',
    to: 'holder',
    url: `${holder}/authorization`,
    as: 'query',
    asked: fixed(flow),
    status: 302,
    location: fc.constant(`${app}/callback?${formOf(back)}`),
  },
  { from: 'ana', to: 'app', url: `${app}/callback`, as: 'query', asked: fixed(back), told: fixed({}) },
  {
    from: 'ana',
    to: 'holder',
    url: `${holder}/authorization`,
    as: 'query',
    asked: fixed({ ...flow, idp }),
    status: 302,
    location: fc.constant(`${idp}/authorization?${formOf(toProvider)}`),
  },
  { from: 'holder', to: 'idp', url: `${idp}/.well-known/udap`, told: metadata(idp, idp) },
  {
    from: 'holder',
    to: 'idp',
    url: `${idp}/registration`,
    asked: registration({ aud: `${idp}/registration` }),
    status: 201,
    told: fixed({ client_id: 'c-1' }),
  },
  {
    from: 'ana',
    to: 'idp',
    url: `${idp}/authorization`,
    as: 'query',
    asked: fixed(toProvider),
    status: 302,
    location: fc.constant(`${holder}/callback?${formOf(back)}`),
  },
  {
    from: 'ana',
    to: 'holder',
    url: `${holder}/callback`,
    as: 'query',
    asked: fixed(back),
    status: 302,
    location: fc.constant(`${app}/callback?${formOf(back)}`),
  },
  {
    from: 'holder',
    to: 'idp',
    url: `${idp}/token`,
    as: 'form',
    asked: tokens({ grant_type: 'authorization_code', code: 'c-1' }),
    told: granted,
  },
  { from: 'holder', to: 'idp', url: `${idp}/userinfo`, told: fixed({ iss: idp, sub: 'ana' }) },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/token`,
    as: 'form',
    asked: tokens({ grant_type: 'authorization_code', code: 'c-1', code_verifier: 'v' }),
    told: granted,
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/token`,
    as: 'form',
    asked: tokens({ grant_type: 'refresh_token', refresh_token: 'r-1' }),
    told: granted,
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/token`,
    as: 'form',
    asked: tokens({ grant_type: 'client_credentials', scope: 'system/*.rs' }),
    told: granted,
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/token`,
    as: 'form',
    asked: tokens({ grant_type: 'client_credentials' }),
    status: 400,
    told: fixed({ error: 'invalid_grant' }),
  },
  { from: 'holder', to: 'app', url: `${app}/organization`, told: fixed({ resourceType: 'Consent' }) },
  { from: 'app', to: 'holder', url: `${holder}/fhir/Patient`, told: fixed({ resourceType: 'Bundle' }) },
  {
    from: 'fhir',
    to: 'holder',
    url: `${holder}/introspection`,
    as: 'form',
    asked: fixed({ token: 't-1' }),
    told: fixed({ active: true }),
  },
  {
    from: 'app',
    to: 'holder',
    url: `${holder}/revocation`,
    as: 'form',
    asked: fixed({ token: 't-1' }),
    told: fixed({}),
  },
  {
    from: 'holder',
    to: 'app',
    url: `${app}/jwks`,
    told: fixed({ keys: [{ kid: 'k', kty: 'EC', x5c: [leaf.base64] }] }),
  },
  { from: 'holder', to: 'ca', url: `${ca}/root.cer`, told: fixed({}) },
]
/** Anything may be another thing, but in most messages nothing is. */
const seldom = fc.oneof({ weight: 2, arbitrary: fc.constant<JsonObject>({}) }, members)
const hopOf = ({
  from,
  to,
  url: base,
  as,
  status = 200,
  location,
  ...bodies
}: Scene): fc.Arbitrary<HopSketch> =>
  fc
    .record({
      asked: bodies.asked ?? fixed({}),
      told: bodies.told ?? fixed({}),
      overAsked: seldom,
      overTold: seldom,
      status: fc.oneof(
        { weight: 4, arbitrary: fc.constant(status) },
        fc.constantFrom(200, 400, 401, 404, 500),
      ),
      location: location ?? fc.constant(undefined),
      fault: fc.boolean(),
    })
    .map((one): HopSketch => {
      const asked = { ...one.asked, ...one.overAsked }
      const isForm = as === 'form'
      const type: Record<string, string> = isForm
        ? { 'content-type': 'application/x-www-form-urlencoded' }
        : {}
      return {
        from,
        to,
        url: as === 'query' ? `${base}?${formOf(asked)}` : base,
        headers: { ...type, authorization: 'Bearer t-1' },
        ...(bodies.asked && as !== 'query' && { body: isForm ? formOf(asked) : asked }),
        response: {
          status: one.status,
          headers: one.location === undefined ? {} : { location: one.location },
          body: { ...one.told, ...one.overTold },
        },
        ...(one.fault && { faults: { server: ['any/fault'] } }),
      }
    })
/** Some of them, in order. */
const story = fc.subarray(scenes, { minLength: 1 }).chain((some) => fc.tuple(...some.map(hopOf)))

const record = fc.record({
  input: members,
  outputs: members.map((all) => ({ ...all, authorization_url: null })),
})
const stranger = fc.constantFrom<Partial<StageActor>>(
  {},
  { facts: {} },
  { anchors: {}, endpoints: {}, links: {} },
  { place: 'https://elsewhere.example' },
)
const sketch: fc.Arbitrary<CaseSketch> = fc
  .record({
    steps: fc.array(fc.tuple(fc.oneof(fc.array(hop, { maxLength: 6 }), story), record), {
      minLength: 1,
      maxLength: 3,
    }),
    over: fc.tuple(stranger, stranger, stranger),
    version: fc.constantFrom(...Object.keys(spec.versions)),
    isIssued: fc.boolean(),
  })
  .map(({ steps, over: [one, two, three], version, isIssued }) => ({
    steps: steps.map(([hops, told], index) => ({ id: `s${index}`, hops, record: told })),
    actors: Object.fromEntries(
      Object.entries({
        ...actors,
        as: {},
        app: { ...actors.app, ...one },
        holder: { ...actors.holder, ...two },
        idp: { ...actors.idp, ...three },
      }).map(([name, actor]) => [name, { ...actor, spec: version }]),
    ),
    stage: {
      issued: isIssued
        ? [{ actor: 'app', community: 'north', from: 'ca', serial: leaf.serial(), chain: [leaf.base64] }]
        : [],
      revoked: [{ serial: '0A', issuer: 'ca', step: 's0', at: 'never' }],
    },
  }))

test('no message makes a rule fail, and what is found is found again', () => {
  fc.assert(
    fc.property(sketch, fc.boolean(), (one, isCut) => {
      const run = evidence(one)
      if (isCut) for (const { request } of run.trace) if (request) request.truncated = true
      const first = JSON.stringify(judge(run))
      expect(JSON.stringify(judge(run))).toBe(first)
    }),
    { numRuns: Number(process.env.FUZZ ?? 150) },
  )
})
