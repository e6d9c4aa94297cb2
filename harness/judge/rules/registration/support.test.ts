import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { endpoints, fakeJwt, type HopSketch, nowS } from '../../fixture.ts'
import { asks, good, said, type Told } from '../../fixture-registration.ts'
import type { Rule } from '../../rule.ts'
import { rule as gen036 } from '../general/gen-036.ts'
import { rule as gen041 } from '../general/gen-041.ts'
import { rule as reg043 } from './reg-043.ts'
import { rule as regX13 } from './reg-x13.ts'

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
