import { expect, test } from 'vitest'
import type { JsonObject } from '../../../wire/json.ts'
import { mismatch } from './certification-match.ts'

const at = (uri: string) => ({ redirect_uris: [uri] })

// What a certification says, what a registration asks for, the parameter that goes beyond it.
const cases: [JsonObject, JsonObject, string | undefined][] = [
  [{}, { client_name: 'App' }, undefined],
  [{ policy_uri: 'https://a.example' }, {}, undefined],
  [{ client_name: 'App' }, { client_name: 'App' }, undefined],
  [{ client_name: 'App' }, { client_name: 'app' }, 'client_name'],
  [{ software_version: '1' }, { software_version: 1 }, 'software_version'],
  [
    { grant_types: ['authorization_code', 'refresh_token'] },
    { grant_types: ['authorization_code'] },
    undefined,
  ],
  [{ grant_types: ['authorization_code'] }, { grant_types: ['client_credentials'] }, 'grant_types'],
  [{ grant_types: 'client_credentials' }, { grant_types: ['client_credentials'] }, 'grant_types'],
  [{ scope: 'a b c' }, { scope: 'c a' }, undefined],
  [{ scope: 'a b' }, { scope: 'a  c' }, 'scope'],
  [{ scope: 'system/*.rs' }, { scope: 'system/Patient.rs' }, undefined],
  [{ scope: 'system/Patient.rs' }, { scope: 'system/*.rs' }, 'scope'],
  [{ scope: ['a'] }, { scope: 'a' }, 'scope'],
  [at('https://a.example/cb'), at('https://a.example/cb'), undefined],
  [at('https://a.example/cb'), at('https://a.example/cb/'), 'redirect_uris'],
  [at('https://a.example/cb/*'), at('https://a.example/cb/one'), undefined],
  [at('https://a.example/cb/*'), at('https://a.example/cb/'), 'redirect_uris'],
  [at('https://a.example/cb/*'), at('https://a.example/cb/one/two'), 'redirect_uris'],
  [at('https://a.example/cb/*'), at('https://a.example/cb/one?two'), 'redirect_uris'],
  [at('https://a.example/cb/%2A'), at('https://a.example/cb/one'), 'redirect_uris'],
  [at('https://*/cb'), at('https://evil.example/cb'), 'redirect_uris'],
  [at('*'), at('https://evil.example/cb'), 'redirect_uris'],
  [at('https://a.example/cb?as=*'), at('https://a.example/cb?as=https://as.example/x'), undefined],
  [at('https://a.example/cb?as=*'), at('https://a.example/cb?as='), 'redirect_uris'],
  [at('https://a.example/cb?as=*'), at('https://a.example/cb?as=1&more=2'), 'redirect_uris'],
  [at('https://a.example/cb?as=*'), at('https://a.example/cb'), 'redirect_uris'],
]

test.each(cases)('%o covers %o but for %s', (certification, registration, beyond) => {
  expect(mismatch(certification, registration)).toBe(beyond)
})

test('a pattern of nothing but wildcards takes no time', () => {
  const long = `https://a.example${'/*'.repeat(10_000)}`
  expect(mismatch(at(long), at(`${long}/`))).toBe('redirect_uris')
})
