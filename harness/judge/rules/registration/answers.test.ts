import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { asks, cancel, good, said, type Told } from '../../fixture-registration.ts'
import { rule as reg035 } from './reg-035.ts'
import { rule as reg041 } from './reg-041.ts'
import { rule as regX05 } from './reg-x05.ts'
import { rule as regX16 } from './reg-x16.ts'

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
  [{ status: 400, body: {} }, 'broken: expected a JSON object with an error code, saw no error'],
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
