import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { endpoints, fakeJwt, type HopSketch, nowS, registration } from '../../fixture.ts'
import { answer, good, of, result, signed } from '../../fixture-metadata.ts'

const b = 'broken'
test.each<[string, JsonObject, string, string?]>([
  ['disc-002', {}, 'met'],
  ['disc-002', { grant_types_supported: [] }, b, 'expected something in grant_types_supported, saw []'],
  ['disc-005', {}, 'met'],
  ['disc-005', { x_own: { any: 'thing' } }, 'met'],
  ['disc-005', { scopes_supported: 'a' }, b, 'expected scopes_supported to be a list of texts, saw "a"'],
  [
    'disc-011',
    { udap_versions_supported: ['1', '2'] },
    b,
    'expected udap_versions_supported to be ["1"], saw ["1","2"]',
  ],
  [
    'disc-012',
    { udap_profiles_supported: ['udap_dcr'] },
    b,
    'expected udap_profiles_supported to be a list of 2 texts or more, saw ["udap_dcr"]',
  ],
  [
    'disc-013',
    { udap_profiles_supported: ['udap_authn', 'x'] },
    b,
    'expected "udap_dcr" in udap_profiles_supported, saw ["udap_authn","x"]',
  ],
  ['disc-013', { udap_profiles_supported: 'udap_dcr' }, 'untouched'],
  [
    'disc-015',
    { grant_types_supported: ['authorization_code'], udap_profiles_supported: ['udap_dcr', 'udap_authn'] },
    'untouched',
  ],
  ['disc-017', { udap_authorization_extensions_supported: [] }, 'met'],
  [
    'disc-019',
    { udap_authorization_extensions_supported: [], udap_authorization_extensions_required: null },
    'untouched',
  ],
  [
    'disc-019',
    { udap_authorization_extensions_required: null },
    b,
    'expected udap_authorization_extensions_required to be a list, as udap_authorization_extensions_supported has something, saw null',
  ],
  [
    'disc-020',
    { udap_authorization_extensions_required: ['x'] },
    b,
    'expected all of udap_authorization_extensions_required in udap_authorization_extensions_supported, saw "x" only required',
  ],
  ['disc-022', { udap_certifications_supported: ['https://a.example/x', 'urn:oid:1.2'] }, 'met'],
  [
    'disc-022',
    { udap_certifications_supported: ['a name'] },
    b,
    'expected URIs in udap_certifications_supported, saw "a name"',
  ],
  [
    'disc-026',
    { grant_types_supported: ['client_credentials', 'refresh_token'] },
    b,
    'expected refresh_token only together with authorization_code, saw ["client_credentials","refresh_token"]',
  ],
  [
    'disc-027',
    { scopes_supported: [] },
    b,
    'expected scopes_supported to be a list of one text or more, saw []',
  ],
  ['disc-029', {}, 'untouched'],
  ['disc-030', { token_endpoint: 'http://as.example/token' }, 'met'],
  [
    'disc-030',
    { token_endpoint: '/token' },
    b,
    'expected token_endpoint to be an absolute URL, saw "/token"',
  ],
  [
    'disc-035',
    { signed_metadata: 'a.b' },
    b,
    'expected signed_metadata to be a JWT in compact serialization, saw "a.b"',
  ],
  ['disc-036', { more: 1 }, 'used'],
  ['disc-036', {}, 'unused'],
  [
    'disc-x03',
    { authorization_endpoint: 'https://as.example/a' },
    'warned',
    'expected no authorization_endpoint without authorization_code, saw "https://as.example/a"',
  ],
  ['tier-003', {}, 'untouched'],
  [
    'tier-003',
    { udap_profiles_supported: ['udap_to'] },
    b,
    'expected "udap" in scopes_supported, saw ["system/*.rs"]',
  ],
])('%s of %j: %s', (id, change, verdict, said) => {
  expect(result(id, [answer({ ...good, ...change })])).toMatchObject({ verdict, ...(said && { said }) })
})

test.each<[string, JsonObject, string, string?]>([
  ['disc-040', {}, 'met'],
  [
    'disc-040',
    { iss: `${endpoints.fhir}/` },
    b,
    `expected iss of signed_metadata to be "${endpoints.fhir}", saw "${endpoints.fhir}/"`,
  ],
  [
    'disc-041',
    { sub: 'x' },
    b,
    `expected sub of signed_metadata to be its iss, "${endpoints.fhir}", saw "x"`,
  ],
  [
    'disc-042',
    { exp: nowS + 0.5 },
    b,
    `expected exp of signed_metadata to be a whole number of seconds, saw ${nowS + 0.5}`,
  ],
  ['disc-043', { exp: nowS + 366 * 86_400 }, 'met'],
  [
    'disc-043',
    { exp: nowS + 366 * 86_400 + 1 },
    b,
    'expected exp of signed_metadata at most a year after iat, saw more than 366 days',
  ],
  ['disc-045', { jti: '' }, b, 'expected jti of signed_metadata to be a text, saw ""'],
  ['disc-046', {}, 'untouched'],
  [
    'disc-047',
    { token_endpoint: null },
    b,
    'expected token_endpoint of signed_metadata to be an absolute URL, saw null',
  ],
  ['disc-x01', { exp: nowS - 299 }, 'met'],
  ['disc-x01', { exp: nowS - 301 }, b, 'expected signed_metadata that has not expired, saw an exp 301 s ago'],
  [
    'disc-x02',
    { token_endpoint: 'https://x.example' },
    'warned',
    `expected the signed token_endpoint to be the plain one, "${endpoints.token}", saw "https://x.example"`,
  ],
  [
    'gen-013',
    {},
    b,
    'expected x5c of signed_metadata to begin with a certificate in base64 DER, saw nothing',
  ],
])('%s of signed metadata with %j: %s', (id, change, verdict, said) => {
  const signed_metadata = fakeJwt({ ...signed, ...change })
  expect(result(id, [answer({ ...good, signed_metadata })])).toMatchObject({ verdict, ...(said && { said }) })
})

test('a base URL with a slash at its end is that of the case, and where the case has another one, what was asked counts', () => {
  const iss = `${endpoints.fhir}/`
  const hop = answer({ ...good, signed_metadata: fakeJwt({ ...signed, iss, sub: iss }) })
  expect(result('disc-040', [hop], { actors: { fhir: { url: iss } } }).verdict).toBe('met')
  const url = 'https://elsewhere.example/r4/.well-known/udap?community=urn:x'
  const stranger = fakeJwt({ ...signed, iss: 'https://elsewhere.example/r4' })
  const elsewhere = answer({ ...good, signed_metadata: stranger }, { to: 'other', url, sides: ['client'] })
  const other = { kind: 'resource-server', url: 'https://elsewhere.example/behind-a-gateway' }
  expect(result('disc-040', [elsewhere], { actors: { other } }).verdict).toBe('met')
})

test('the same JWT may be handed out again, another one needs another jti, unless the earlier has expired', () => {
  const again = (change: JsonObject) => [
    answer(good),
    answer({ ...good, signed_metadata: fakeJwt({ ...signed, ...change }) }),
  ]
  expect(result('disc-045', again({})).verdict).toBe('met')
  expect(result('disc-045', again({ iat: nowS + 1 })).said).toBe(
    'expected another jti than in the signed_metadata before, saw "one"',
  )
  expect(result('disc-045', again({ iat: nowS + 3600, exp: nowS + 7200 })).verdict).toBe('met')
})

test('only what a GET got is metadata, and what breaks off on its way is nothing', () => {
  expect(result('disc-011', [answer({}, { method: 'HEAD' })]).verdict).toBe('untouched')
  expect(result('disc-011', [answer({}, { response: { status: 404, body: {} } })]).verdict).toBe('untouched')
  expect(result('disc-005', [answer('{"a":')]).said).toBe('expected one JSON object, saw "{\\"a\\":"')
  const error = { code: 'ECONNRESET', phase: 'body' as const }
  expect(result('disc-005', [answer('{"a":', { error })]).verdict).toBe('untouched')
})

test.each([
  [200, 'met', 'met'],
  [204, 'met', 'met'],
  [404, 'met', 'met'],
  [401, b, 'met'],
  [403, b, 'met'],
  [405, 'met', b],
  [503, 'untouched', 'untouched'],
])('status %i: disc-004 is %s, disc-057 is %s', (status, first, second) => {
  const hops = [answer(good, { response: { status, body: good } })]
  expect(result('disc-004', hops).verdict).toBe(first)
  expect(result('disc-057', hops).verdict).toBe(second)
})

test.each<[string[], string, string, string, string]>([
  [['system/Patient.rs'], 'system/Patient.rs', 'system/Patient.rs', 'met', 'untouched'],
  [['system/*.rs'], 'system/Patient.rs', 'system/Patient.rs', 'met', 'untouched'],
  [['system/Patient.rs'], 'system/*.rs', 'system/*.rs', b, 'untouched'],
  [['system/*.rs'], 'patient/Patient.rs', 'patient/Patient.rs', b, 'untouched'],
  [['system/*.rs'], 'openid system/Patient.rs', 'openid system/Patient.rs', b, 'warned'],
  [['openid'], 'openid', 'openid', 'met', 'met'],
  // What comes unasked is for another rule to judge, and what is refused is not supported.
  [['system/*.rs'], 'system/Patient.rs', 'system/Patient.rs other', 'met', 'untouched'],
  [['system/*.rs'], 'system/Patient.rs other', 'system/Patient.rs', 'met', 'untouched'],
])(
  'of %j, asked for %s and granted %s: gen-033 is %s, gen-037 is %s',
  (scopes, asked, scope, all, others) => {
    const actors = { fhir: { links: { tokensFrom: 'as' } } }
    const registered = registration({ scope: asked }, 201, {
      response: { status: 201, body: { client_id: 'c', scope } },
    })
    const hops = [answer({ ...good, scopes_supported: scopes }), registered]
    expect(result('gen-033', hops, { actors }).verdict).toBe(all)
    expect(result('gen-037', hops, { actors }).verdict).toBe(others)
  },
)

const member = (community: string, leaf: string) => ({
  actor: 'fhir',
  community,
  from: 'ca',
  serial: '0A',
  chain: [leaf],
})
const issued = [member('urn:north', 'AAAA'), member('urn:south', 'BBBB')]
test.each<[string, HopSketch, string, string, string]>([
  ['2.0.0', of('urn:south', 200, 'BBBB'), 'met', 'met', 'untouched'],
  ['2.0.0', of('urn:south', 200, 'AAAA'), b, b, 'untouched'],
  ['1.1.0', of('urn:south', 200, 'AAAA'), 'unused', 'untouched', 'untouched'],
  ['2.0.0', of('urn:south', 200, 'CCCC'), 'untouched', 'untouched', 'untouched'],
  ['2.0.0', of('urn:south', 204), b, 'untouched', 'untouched'],
  ['2.0.0', of('urn:east', 204), 'untouched', 'untouched', 'used'],
  ['2.0.0', of('urn:east', 200), 'untouched', 'untouched', 'used'],
  ['2.0.0', of('urn:east', 404), 'untouched', 'untouched', 'warned'],
  ['1.0.0', of('urn:east', 404), 'untouched', 'untouched', 'used'],
  ['1.0.0', of('urn:east', 204), 'untouched', 'untouched', 'warned'],
  ['2.0.0', of('urn:east', 503), 'untouched', 'untouched', 'untouched'],
])('in %s, %j: disc-053 is %s, disc-054 %s, disc-056 %s', (spec, hop, known, signer, unknown) => {
  const sketch = { stage: { issued }, actors: { fhir: { spec } } }
  expect(result('disc-053', [hop], sketch).verdict).toBe(known)
  expect(result('disc-054', [hop], sketch).verdict).toBe(signer)
  expect(result('disc-056', [hop], sketch).verdict).toBe(unknown)
})
