import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { JWT_BEARER } from '../../../../wire/oauth.ts'
import { endpoints, evidence, fakeJwt } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import { rule } from './b2b-068.ts'

function result(object: JsonObject, spec = '1.1.0') {
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: JWT_BEARER,
    client_assertion: fakeJwt({ extensions: { 'hl7-b2b': object } }),
    udap: '1',
  }
  const hop = {
    url: endpoints.token,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    response: { status: 200, body: {} },
  }
  const step = { id: 'token', expect: [{ status: 200 }], hops: [hop] }
  const [one] = judge(evidence({ steps: [step], actors: { app: { spec } } }), [rule]).cases
  const found = one!.rules.find(({ id }) => id === rule.id)
  return found?.findings[0]?.seen ?? found?.verdict ?? 'untouched'
}

test.each<[string, string]>([
  ['1234567893', 'met'],
  ['urn:oid:2.16.840.1.113883.4.6#1234567893', 'met'],
  ['http://hl7.org/fhir/sid/us-npi#1234567893', 'met'],
  ['1234567890', '"1234567890"'],
  ['employee-7', '"employee-7"'],
  ['urn:example:staff#7', '"urn:example:staff#7"'],
])('b2b-068: subject_id %s', (subject_id, expected) => {
  expect(result({ subject_id })).toBe(expected)
})

test('b2b-068 has no occasion without a subject_id that is a text, nor since 2.0.0', () => {
  expect(result({})).toBe('untouched')
  expect(result({ subject_id: 1234567893 })).toBe('untouched')
  expect(result({ subject_id: 'employee-7' }, '2.0.0')).toBe('untouched')
})
