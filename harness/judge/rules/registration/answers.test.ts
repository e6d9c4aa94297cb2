import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as gen036 } from '../general/gen-036.ts'
import { rule as gen041 } from '../general/gen-041.ts'
import { rule as reg035 } from './reg-035.ts'
import { rule as reg036 } from './reg-036.ts'
import { rule as reg041 } from './reg-041.ts'
import { rule as reg043 } from './reg-043.ts'
import { rule as reg047 } from './reg-047.ts'
import { rule as reg048 } from './reg-048.ts'
import { rule as reg049 } from './reg-049.ts'
import { rule as reg050 } from './reg-050.ts'
import { rule as reg051 } from './reg-051.ts'
import { rule as reg052 } from './reg-052.ts'
import { rule as reg054 } from './reg-054.ts'
import { rule as regX05 } from './reg-x05.ts'
import { rule as regX13 } from './reg-x13.ts'
import { rule as regX16 } from './reg-x16.ts'

const good = {
  iss: 'https://app-c1.example',
  sub: 'https://app-c1.example',
  aud: endpoints.registration,
  iat: nowS - 10,
  exp: nowS + 200,
  jti: 'jti-1',
  client_name: 'A backend',
  contacts: ['mailto:operator@example.com'],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'system/Patient.rs',
}
/** Of whose certificates the stage knows the communities. */
const issued = ['north', 'south'].map((community) => ({
  actor: 'app',
  community,
  from: community,
  serial: '0A',
  chain: [community],
}))

interface Told {
  claims?: JsonObject
  status?: number
  body?: JsonObject
  community?: string
  request?: JsonObject
}

/** A registration; the answer repeats what was stated, under `client_id`, but for `body`. */
function asks({ claims = {}, status = 201, body = {}, community = 'north', request = {} }: Told): HopSketch {
  const statement = { ...good, ...claims }
  const software_statement = fakeJwt(statement, { alg: 'PS256', x5c: [community] })
  const { iss, sub, aud, iat, exp, jti, ...metadata } = statement
  const answer = status < 400 ? { client_id: 'one', software_statement, ...metadata, ...body } : body
  return {
    url: endpoints.registration,
    body: { software_statement, udap: '1', ...request },
    response: { status, body: JSON.parse(JSON.stringify(answer)) },
  }
}

function said(rule: Rule, hops: HopSketch[], spec = '2.0.0', place = 'in-process'): string {
  const run = evidence({
    steps: [{ id: 'register', hops }],
    stage: { issued },
    actors: { as: { spec, place }, app: { spec }, fhir: { spec } },
  })
  const found = judge(run, [rule]).cases[0]?.rules[0]
  const finding = found?.findings[0]
  return finding
    ? `${finding.verdict}: expected ${finding.expected}, saw ${finding.seen}`
    : (found?.verdict ?? 'untouched')
}

const renamed = { client_name: 'Renamed', jti: 'jti-2' }
const cancel = { grant_types: [], jti: 'jti-2' }
const first = asks({})

test.each<[string, Rule, HopSketch[], string]>([
  ['a new client', reg036, [first], 'met'],
  [
    'a new client and 200',
    reg036,
    [asks({ status: 200 })],
    'broken: expected 201 for a new registration, saw 200',
  ],
  ['a modification', reg036, [first, asks({ claims: renamed, status: 200 })], 'met'],
  ['no client_id', reg036, [asks({ body: { client_id: '' } })], 'broken: expected a client_id, saw ""'],
  ['a refusal', reg036, [asks({ status: 400, body: { error: 'invalid_client_metadata' } })], 'untouched'],
  [
    'the client_id of somebody else',
    reg036,
    [first, asks({ claims: { iss: 'https://other.example' } })],
    'broken: expected a client_id of its own, saw "one", which https://app-c1.example has in north',
  ],
  [
    'after a cancellation',
    reg036,
    [first, asks({ claims: cancel, status: 200 }), asks({ status: 200 })],
    'broken: expected 201 for a new registration, saw 200',
  ],

  ['in two communities', reg048, [first, asks({ community: 'south', body: { client_id: 'two' } })], 'met'],
  [
    'in two communities with one client_id',
    reg048,
    [first, asks({ community: 'south' })],
    'broken: expected another client_id in south than in north, saw "one"',
  ],
  [
    'a second registration in one of two communities',
    reg047,
    [first, asks({ community: 'south', body: { client_id: 'two' } })],
    'untouched',
  ],
  [
    'a modification in one of two communities',
    reg047,
    [
      first,
      asks({ community: 'south', body: { client_id: 'two' } }),
      asks({ community: 'south', claims: renamed, status: 200, body: { client_id: 'two' } }),
    ],
    'met',
  ],

  ['another name', reg049, [first, asks({ claims: renamed, status: 200 })], 'met'],
  ['nothing new', reg049, [first, asks({ claims: { jti: 'jti-2' }, status: 200 })], 'untouched'],
  [
    'the old name',
    reg049,
    [first, asks({ claims: renamed, status: 200, body: { client_name: 'A backend' } })],
    'broken: expected client_name "Renamed" in the place of that of before, saw "A backend"',
  ],
  [
    'a name that the server chooses each time',
    reg049,
    [
      asks({ body: { client_name: 'Member 7' } }),
      asks({ claims: renamed, status: 200, body: { client_name: 'Member 7' } }),
    ],
    'untouched',
  ],
  [
    'more scopes than were asked for',
    reg049,
    [
      asks({ claims: { scope: 'a b' } }),
      asks({ claims: { ...renamed, scope: 'a' }, status: 200, body: { scope: 'a b' } }),
    ],
    'met',
  ],

  ['the same client_id', reg050, [first, asks({ claims: renamed, status: 200 })], 'met'],
  [
    'another client_id',
    reg050,
    [first, asks({ claims: renamed, body: { client_id: 'two' } })],
    'warned: expected the client_id "one" again, saw "two"',
  ],
  [
    'after a cancellation',
    reg050,
    [first, asks({ claims: cancel, status: 200 }), asks({ body: { client_id: 'two' } })],
    'untouched',
  ],
  ['200', reg054, [first, asks({ claims: renamed, status: 200 })], 'met'],
  ['201', reg054, [first, asks({ claims: renamed })], 'warned: expected 200 for a modification, saw 201'],
  [
    '201 with another client_id',
    reg054,
    [first, asks({ claims: renamed, body: { client_id: 'two' } })],
    'untouched',
  ],

  ['a cancellation', reg052, [first, asks({ claims: cancel, status: 200 })], 'met'],
  [
    'of nothing',
    reg052,
    [asks({ claims: cancel, status: 400, body: { error: 'invalid_client_metadata' } })],
    'untouched',
  ],
  [
    'refused',
    reg052,
    [first, asks({ claims: cancel, status: 400, body: { error: 'invalid_client_metadata' } })],
    'warned: expected grant_types [], which confirms the cancellation, saw 400 with body error="invalid_client_metadata"',
  ],
  [
    'refused as it names nobody to write to',
    reg052,
    [
      first,
      asks({ claims: { ...cancel, contacts: [] }, status: 400, body: { error: 'invalid_client_metadata' } }),
    ],
    'untouched',
  ],
])('%s', (_, rule, hops, expected) => {
  expect(said(rule, hops)).toBe(expected)
})

test('a server that was there before the case may know the client', () => {
  expect(said(reg036, [asks({ status: 200 })], '2.0.0', 'https://as.example')).toBe('met')
})

test('in version 1.0.0 a client has one registration, whatever its community', () => {
  const south = asks({ community: 'south', body: { client_id: 'two' } })
  expect(said(reg050, [first, south], '1.0.0')).toBe('warned: expected the client_id "one" again, saw "two"')
  expect(said(reg050, [first, south], '1.1.0')).toBe('untouched')
  expect(said(reg048, [first, asks({ community: 'south' })], '1.0.0')).toBe('untouched')
})

test.each<[string, number, string]>([
  ['one', 200, 'broken: expected nothing for the client_id "one", which a modification replaced, saw 200'],
  ['one', 401, 'met'],
  ['two', 200, 'untouched'],
])('the client_id %s and %i after another one was given', (clientId, status, expected) => {
  const client_assertion = fakeJwt({ iss: clientId, sub: clientId })
  const token: HopSketch = {
    url: endpoints.token,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion }).toString(),
    response: { status, body: status === 200 ? { access_token: 'a' } : { error: 'invalid_client' } },
  }
  const replaced = asks({ claims: renamed, status: 200, body: { client_id: 'two' } })
  expect(said(reg051, [first, replaced, token])).toBe(expected)
})

test.each<[string, Told, string]>([
  [
    'no contacts',
    { claims: { contacts: [] } },
    'broken: expected a registration with contacts [] to be refused, saw 201',
  ],
  [
    'contacts that the server replaced',
    { claims: { contacts: [] }, body: { contacts: ['mailto:a@b.example'] } },
    'met',
  ],
  [
    'redirect URIs that the server left out',
    { claims: { redirect_uris: ['https://a.example'] }, body: { redirect_uris: null } },
    'met',
  ],
  [
    'redirect URIs without the code',
    { claims: { redirect_uris: ['https://a.example'] } },
    'broken: expected a registration with redirect_uris ["https://a.example"] to be refused, saw 201',
  ],
  [
    'one grant of two',
    {
      claims: { grant_types: ['client_credentials', 'authorization_code'] },
      body: { grant_types: ['client_credentials'] },
    },
    'met',
  ],
  [
    'an extra grant type of another profile',
    { claims: { grant_types: ['client_credentials', 'urn:example'] } },
    'untouched',
  ],
  [
    'a refusal',
    { claims: { client_name: ' ' }, status: 400, body: { error: 'invalid_client_metadata' } },
    'met',
  ],
  ['no request by UDAP', { claims: { contacts: [] }, request: { udap: '2' } }, 'untouched'],
])('reg-035: %s', (_, told, expected) => {
  expect(said(reg035, [asks(told)])).toBe(expected)
})

test.each<[Told, string]>([
  [{ status: 400, body: { error: 'invalid_redirect_uri' } }, 'met'],
  [{ status: 400, body: { error: 'unapproved_certification' } }, 'met'],
  [{ status: 400, body: { error: 'invalid_request' }, request: { udap: 1 } }, 'met'],
  [{ status: 429, body: {} }, 'untouched'],
  [{ status: 503, body: {} }, 'untouched'],
  [{ status: 400, body: {} }, 'broken: expected a JSON object with an error code, saw error nothing'],
  [
    { status: 400, body: { error: 'invalid_request' } },
    'broken: expected an error code for registrations (RFC 7591 3.2.2), saw "invalid_request"',
  ],
  [
    { status: 401, body: { error: 'invalid_client_metadata' } },
    'broken: expected 400 for a registration that is refused, saw 401 with body error="invalid_client_metadata"',
  ],
  [
    { status: 200, body: { error: 'invalid_client_metadata' } },
    'broken: expected 400 for a registration that is refused, saw 200',
  ],
])('reg-041: %j', (told, expected) => {
  expect(said(reg041, [asks(told)])).toBe(expected)
})

test.each<[string, Told, string]>([
  ['all', {}, 'met'],
  ['a name of its own', { body: { client_name: 'Member 7' } }, 'met'],
  ['without what it did not take', { body: { contacts: null, scope: null } }, 'met'],
  [
    'another statement',
    { body: { software_statement: 'a.b.c' } },
    'broken: expected software_statement as it was sent, saw "a.b.c"',
  ],
  ['a cancellation', { claims: cancel, body: { software_statement: null } }, 'untouched'],
])('reg-x05: %s', (_, told, expected) => {
  expect(said(regX05, [asks(told)])).toBe(expected)
})

test('reg-x05 names what is missing', () => {
  const hop = asks({})
  const { client_name, ...body } = hop.response!.body as JsonObject
  expect(said(regX05, [{ ...hop, response: { status: 201, body } }])).toBe(
    'broken: expected what was registered: client_name, grant_types, token_endpoint_auth_method, saw no client_name',
  )
})

const published = (members: JsonObject): HopSketch => ({
  from: 'app',
  to: 'fhir',
  url: endpoints.metadata,
  response: { status: 200, body: { registration_endpoint: endpoints.registration, ...members } },
})
const plain = published({ scopes_supported: ['system/Patient.rs', 'system/Observation.rs'] })
const wild = published({ scopes_supported: ['system/*.rs'] })
const refused = (error: string): Told => ({ status: 400, body: { error } })

test.each<[Rule, HopSketch, string, Told, string]>([
  [gen036, plain, 'system/*.rs', refused('invalid_client_metadata'), 'met'],
  [
    gen036,
    plain,
    'system/*.rs',
    {},
    'warned: expected invalid_client_metadata for the scope system/*.rs, as the server supports no wildcards, saw 201',
  ],
  [gen036, wild, 'system/Observation.*', {}, 'untouched'],
  [gen036, plain, 'system/Patient.rs', {}, 'untouched'],
  [gen041, plain, 'system/Device.rs', refused('invalid_client_metadata'), 'met'],
  [gen041, plain, 'system/Device.rs system/Patient.rs', {}, 'untouched'],
  [gen041, plain, 'system/Patient.r', {}, 'untouched'],
  [gen041, wild, 'system/Device.rs', {}, 'untouched'],
  [
    gen041,
    wild,
    'patient/Device.rs',
    {},
    'warned: expected invalid_client_metadata for the scope "patient/Device.rs", which the server does not support, saw 201',
  ],
  [
    gen041,
    plain,
    'system/Device.rs',
    refused('unapproved_software_statement'),
    'warned: expected invalid_client_metadata for the scope "system/Device.rs", which the server does not support, saw 400 with body error="unapproved_software_statement"',
  ],
])('scopes that nobody can have, %#', (rule, metadata, scope, told, expected) => {
  expect(said(rule, [metadata, asks({ ...told, claims: { scope } })])).toBe(expected)
})

const programme = 'https://community.example/programme'
const certification = fakeJwt(
  { iss: good.iss, sub: good.iss, exp: nowS + 1000, certification_uris: [programme] },
  { alg: 'PS256', x5c: ['north'] },
)
const supporting = published({ udap_certifications_supported: [programme] })
const unsupporting = published({ udap_certifications_supported: [] })
const bringing = { request: { certifications: [certification] } }

test.each<[Rule, HopSketch, Told, string]>([
  [regX13, supporting, { body: { certifications: [certification] } }, 'met'],
  [regX13, supporting, { body: { certifications: [] } }, 'met'],
  [
    regX13,
    supporting,
    {},
    'broken: expected certifications with those that were accepted, saw no certifications',
  ],
  [regX13, unsupporting, {}, 'untouched'],
  [
    regX13,
    unsupporting,
    { body: { certifications: ['a.b.c'] } },
    'broken: expected certifications to have only those that were sent, saw ["a.b.c"]',
  ],
  [reg043, unsupporting, {}, 'met'],
  [reg043, supporting, refused('unapproved_certification'), 'untouched'],
  [reg043, unsupporting, refused('invalid_client_metadata'), 'untouched'],
  [
    reg043,
    unsupporting,
    refused('invalid_certification'),
    `broken: expected the certification of ${programme}, which is not supported, to be ignored, saw "invalid_certification"`,
  ],
])('a certification, %#', (rule, metadata, told, expected) => {
  expect(said(rule, [metadata, asks({ ...told, ...bringing })])).toBe(expected)
})

test.each<[JsonObject, JsonObject, string]>([
  [{ client_name: 'Somebody else' }, {}, 'met'],
  [{ client_name: 'Somebody else' }, { client_name: 'Member 7' }, 'met'],
  [{ client_name: good.client_name }, {}, 'untouched'],
  [{ favourite_colour: 'green' }, { favourite_colour: 'green' }, 'untouched'],
  [
    { client_name: 'Somebody else' },
    { client_name: 'Somebody else' },
    'broken: expected client_name "A backend", as it was signed, saw "Somebody else", which stood beside the statement',
  ],
])('reg-x16: %j beside the statement and %j in the answer', (request, body, expected) => {
  expect(said(regX16, [asks({ request, body })])).toBe(expected)
})
