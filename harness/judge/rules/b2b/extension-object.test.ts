import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS, type StepSketch } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as b2b020 } from './b2b-020.ts'
import { rule as b2b026 } from './b2b-026.ts'
import { rule as b2b027 } from './b2b-027.ts'
import { rule as b2b028 } from './b2b-028.ts'
import { rule as b2b029 } from './b2b-029.ts'
import { rule as b2b030 } from './b2b-030.ts'
import { rule as b2b033 } from './b2b-033.ts'
import { rule as b2b034 } from './b2b-034.ts'
import { rule as b2b036 } from './b2b-036.ts'
import { rule as b2b037 } from './b2b-037.ts'
import { rule as b2b038 } from './b2b-038.ts'
import { rule as b2b063 } from './b2b-063.ts'

const least = { version: '1', organization_id: 'urn:example:organization', purpose_of_use: ['TREAT'] }

function tokenHop(object: unknown, grant_type = 'client_credentials'): HopSketch {
  const claims = {
    iss: 'c',
    sub: 'c',
    iat: nowS,
    exp: nowS + 60,
    jti: 'j',
    extensions: { 'hl7-b2b': object },
  }
  const form = { grant_type, client_assertion: fakeJwt(claims as JsonObject), udap: '1' }
  return {
    url: endpoints.token,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    response: { status: 200, body: { access_token: 'a-token', token_type: 'Bearer' } },
  }
}

function said(rule: Rule, ...steps: StepSketch[]): string {
  const [one] = judge(evidence({ steps }), [rule]).cases
  const [found] = one!.rules
  const finding = found?.findings[0]
  return finding ? `expected ${finding.expected}, saw ${finding.seen}` : (found?.verdict ?? 'untouched')
}

const asked = (object: unknown, input: JsonObject = {}, ...more: HopSketch[]): StepSketch => ({
  id: 'token',
  hops: [tokenHop(object), ...more],
  record: { input },
})

test.each<[Rule, unknown, string]>([
  [b2b020, least, 'met'],
  [b2b020, 'x', 'expected an object hl7-b2b in extensions, saw extensions {"hl7-b2b":"x"}'],
  [b2b030, least, 'unused'],
  [b2b030, { ...least, organization_name: 'Payer' }, 'used'],
  [b2b030, { ...least, organization_name: ['Payer'] }, 'expected organization_name a text, saw ["Payer"]'],
  [
    b2b034,
    { ...least, purpose_of_use: 'TREAT' },
    'expected purpose_of_use an array of one or more codes, saw "TREAT"',
  ],
  [b2b034, { ...least, purpose_of_use: [] }, 'expected purpose_of_use an array of one or more codes, saw []'],
  [b2b034, 'x', 'untouched'],
  [b2b036, { ...least, consent_reference: ['https://x.example/Consent/1'] }, 'used'],
  [
    b2b036,
    { ...least, consent_reference: ['Consent/1'] },
    'expected consent_reference an array of one or more absolute URLs, saw ["Consent/1"]',
  ],
])('%o', (rule, object, words) => {
  expect(said(rule, asked(object))).toBe(words)
})

test('a code is not asked for with an object', () => {
  const hops = [tokenHop('x', 'authorization_code')]
  expect(said(b2b020, { id: 'token', hops })).toBe('untouched')
})

const ada = { human: true, name: 'Ada', id: '7', role: 'r' }
const job = { human: false, name: 'Job', id: '7' }
test.each<[Rule, JsonObject | undefined, JsonObject, string]>([
  [b2b026, ada, { subject_name: 'Dr. Ada' }, 'met'],
  [b2b026, ada, {}, 'expected subject_name, as it is known, saw no subject_name'],
  [b2b026, { human: true }, {}, 'untouched'],
  [b2b026, undefined, {}, 'untouched'],
  [b2b026, undefined, { subject_name: 7 }, 'expected subject_name a text, saw 7'],
  [b2b027, ada, { subject_name: 'Ada' }, 'expected subject_id, as it is known, saw no subject_id'],
  [b2b027, { human: true, id: '7' }, {}, 'untouched'],
  [b2b027, job, {}, 'untouched'],
  [b2b028, job, {}, 'met'],
  [b2b028, job, { subject_id: '7' }, 'expected no subject_id of a requestor that is no person, saw "7"'],
  [b2b028, { human: true }, { subject_id: '7' }, 'expected no subject_id of a person who has none, saw "7"'],
  [b2b028, ada, { subject_id: '7' }, 'untouched'],
  [b2b029, ada, {}, 'expected subject_role, as it is known, saw no subject_role'],
  [b2b029, ada, { subject_role: 'r' }, 'met'],
])('%o of %o', (rule, requestor, object, words) => {
  const input = requestor ? { requestor } : {}
  expect(said(rule, asked({ ...least, ...object }, input))).toBe(words)
})

const organization = 'https://payer.example/organization'
const consent = 'https://payer.example/fhir/Consent/1'
const document = 'https://payer.example/fhir/consent.txt'
const fetchOf = (url: string, status: number, body = {}, headers = {}): HopSketch => ({
  from: 'as',
  to: 'payer',
  url,
  sides: ['client'],
  response: { status, body, headers },
})

test.each<[string, HopSketch[], string]>([
  ['nobody looks', [], 'untouched'],
  ['it is there', [fetchOf(organization, 200)], 'met'],
  [
    'it is elsewhere',
    [fetchOf(organization, 302, {}, { location: '/o' }), fetchOf('https://payer.example/o', 200)],
    'met',
  ],
  ['it is behind a login', [fetchOf(organization, 401)], 'untouched'],
  ['it is gone', [fetchOf(organization, 404)], 'expected an organization_id that resolves, saw 404'],
  [
    'it is gone from elsewhere',
    [fetchOf(organization, 302, {}, { location: '/o' }), fetchOf('https://payer.example/o', 410)],
    'expected an organization_id that resolves, saw 410',
  ],
])('b2b-033, an organization_id that is a URL: %s', (_what, hops, words) => {
  expect(said(b2b033, asked({ ...least, organization_id: organization }, {}, ...hops))).toBe(words)
})

test('what is fetched from a URL of the object is a reference', () => {
  const step = asked(
    { ...least, organization_id: organization },
    {},
    fetchOf(organization, 200),
    fetchOf('https://payer.example/other', 200),
  )
  const [one] = judge(evidence({ steps: [step] }), [b2b033]).cases
  expect(one!.hops.map((hop) => hop.class)).toEqual(['token', 'reference', 'unknown'])
})

test('an organization_id that is no URL has nothing to resolve', () => {
  expect(said(b2b033, asked(least))).toBe('untouched')
})

const attached = (attachment: JsonObject) => ({ resourceType: 'Consent', sourceAttachment: attachment })
test.each<[string, JsonObject, HopSketch[], string]>([
  ['in it', attached({ data: 'AAAA' }), [], 'met'],
  ['contained', { resourceType: 'Consent', contained: [{ resourceType: 'DocumentReference' }] }, [], 'met'],
  ['at a URL', attached({ url: document }), [fetchOf(document, 200)], 'met'],
  ['at a relative URL', attached({ url: '../consent.txt' }), [fetchOf(document, 200)], 'met'],
  [
    'of a DocumentReference',
    { resourceType: 'DocumentReference', content: [{ attachment: { url: document } }] },
    [fetchOf(document, 200)],
    'met',
  ],
  ['not looked at', attached({ url: document }), [], 'untouched'],
  [
    'gone',
    attached({ url: document }),
    [fetchOf(document, 404)],
    'expected a URL of the document of a consent that resolves, saw 404',
  ],
  ['nowhere', attached({}), [], 'expected the document in the consent, or a URL of it, saw neither'],
  ['no matter of something else', { resourceType: 'Patient' }, [], 'untouched'],
])('b2b-038, the document of a consent: %s', (_what, resource, hops, words) => {
  const object = { ...least, consent_policy: ['urn:x:y'], consent_reference: [consent] }
  const fetched = fetchOf(consent, 200, resource)
  expect(said(b2b038, asked(object, {}, fetched, ...hops))).toBe(words)
  expect(said(b2b037, asked(object, {}, fetched, ...hops))).toBe('met')
})

const read = (input: JsonObject): StepSketch => ({
  id: 'read',
  hops: [
    {
      to: 'fhir',
      url: `${endpoints.fhir}/Patient/p1`,
      headers: { authorization: 'Bearer a-token' },
      response: { status: 200, body: {} },
    },
  ],
  record: { input },
})
test.each<[JsonObject, string]>([
  [{}, 'untouched'],
  [{ requestor: ada, purpose_of_use: ['TREAT'] }, 'met'],
  [{ requestor: { ...ada, id: '8' } }, 'expected a token that was asked for with subject_id "8", saw "7"'],
  [{ requestor: job }, 'expected a token that was asked for with subject_name "Job", saw "Ada"'],
  [
    { purpose_of_use: ['HPAYMT'] },
    'expected a token that was asked for with purpose_of_use "HPAYMT", saw ["TREAT"]',
  ],
])('b2b-063, a token that is used for %o', (input, words) => {
  const object = { ...least, subject_name: 'Ada', subject_id: '7' }
  expect(said(b2b063, asked(object), read(input))).toBe(words)
})
