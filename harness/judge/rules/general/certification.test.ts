/** Certifications: what the template leaves open stays met, and who made one is the one who is judged. */
import { beforeAll, expect, test } from 'vitest'
import { authority, type Leaf, leafOf, NOW, Web } from '../../../../certs/fixture-pki.ts'
import type { JsonObject } from '../../../../wire/json.ts'
import { type CaseSketch, endpoints, evidence, fakeJwt, nowS, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import { rules } from '../index.ts'

const client = 'https://app.example/udap'
const seal = 'https://certifier.example/seal'

let app: Leaf
let certifier: Leaf
beforeAll(async () => {
  const ca = await authority(new Web(), 'Root')
  app = await leafOf(ca)
  certifier = await leafOf(ca, { uris: [seal], name: 'certifier' })
})

const made = (by: Leaf, claims: JsonObject) => fakeJwt(claims, { alg: 'RS256', x5c: [by.base64] })

function judgedIn(
  id: string,
  certification: string,
  before: CaseSketch['steps'] = [],
  spec = '2.0.0',
): string {
  const body = { software_statement: made(app, {}), certifications: [certification], udap: '1' }
  const steps = [...before, { id: 'register', hops: [registration({}, 400, { body })] }]
  const by = rules.filter((rule) => rule.id === id)
  const [found] = judge(evidence({ steps, actors: { app: { spec } } }), by).cases[0]!.rules
  if (!found) return 'none'
  const [finding] = found.findings
  return finding
    ? `${found.verdict}, ${finding.actor}: expected ${finding.expected}, saw ${finding.seen}`
    : found.verdict
}
const judged = (id: string, claims: JsonObject, by = certifier) => judgedIn(id, made(by, claims))

const YEAR_S = 365 * 86_400
const times = (over: JsonObject) => ({ iat: nowS, exp: nowS + YEAR_S, jti: 'x', ...over })
const code = { grant_types: ['authorization_code'] }
const plain = { grant_types: ['client_credentials'] }

test.each<[string, JsonObject, string]>([
  ['gen-044', {}, 'used'],
  ['gen-047', { iss: seal }, 'met'],
  ['gen-049', {}, 'unused'],
  ['gen-049', { aud: endpoints.registration }, 'used'],
  ['gen-049', { aud: ['https://other.example', endpoints.registration] }, 'used'],
  [
    'gen-049',
    { aud: [7] },
    `warned, app: expected no aud, or one with the registration endpoint, "${endpoints.registration}", saw [7]`,
  ],
  ['gen-050', times({ exp: nowS + 3 * YEAR_S + 86_400 }), 'met'],
  [
    'gen-050',
    times({ exp: nowS + 3 * YEAR_S + 86_401 }),
    'broken, app: expected exp at most 3 years after iat, saw exp 94694401 s after iat',
  ],
  ['gen-050', times({ iat: nowS - YEAR_S }), 'met'],
  ['gen-050', times({ jti: '' }), 'broken, app: expected jti a text that is not empty, saw ""'],
  ['gen-051', { certification_name: 'A', certification_uris: ['urn:example:a', 'https://a.example'] }, 'met'],
  [
    'gen-051',
    { certification_name: 'A', certification_uris: [] },
    'broken, app: expected certification_uris an array of one or more URIs, saw []',
  ],
  ['gen-052', { grant_types: ['authorization_code', 'refresh_token'] }, 'met'],
  [
    'gen-052',
    { grant_types: [] },
    'broken, app: expected grant_types an array with either authorization_code or client_credentials, saw []',
  ],
  ['gen-053', { ...code, response_types: ['code'] }, 'met'],
  ['gen-053', code, 'broken, app: expected response_types ["code"] with authorization_code, saw nothing'],
  ['gen-053', plain, 'met'],
  ['gen-055', { ...plain, scope: 'udap' }, 'none'],
  [
    'gen-055',
    { ...code, scope: 'system/*.rs' },
    'warned, app: expected user or patient scopes with authorization_code, saw "system/*.rs"',
  ],
  ['gen-057', { extensions: {} }, 'met'],
  ['gen-057', { extensions: 'x' }, 'broken, app: expected extensions a JSON object, saw "x"'],
  ['gen-057', {}, 'none'],
  ['reg-x25', code, 'none'],
  ['reg-x25', plain, 'met'],
  ['reg-x26', { jwks: 'x' }, 'met'],
  ['reg-x28', {}, 'none'],
  ['reg-x28', { contacts: ['mailto:a@b.example', 'https://a.example'] }, 'met'],
  [
    'reg-x28',
    { contacts: ['http://a.example'] },
    'broken, app: expected contacts an array of mailto: or https URIs, saw ["http://a.example"]',
  ],
])('%s of %j: %s', (id, claims, said) => {
  expect(judged(id, claims)).toBe(said)
})

test('gen-048: it is about the client that brings it, by the certificate of its software statement', () => {
  expect(judged('gen-048', { iss: seal, sub: client })).toBe('met')
  expect(judged('gen-048', { iss: client, sub: client }, app)).toBe('met')
  expect(judged('gen-048', { iss: seal, sub: seal })).toBe(
    `broken, app: expected sub one of the URI names of the client's certificate, ["${client}"], saw "${seal}"`,
  )
  expect(judged('gen-048', { iss: seal, sub: client }, app)).toContain('sub equal to iss where the client')
})

test('reg-x24: it ends with the certificate of its signer', () => {
  const end = Math.floor(NOW.getTime() / 1000) + YEAR_S
  expect(judged('reg-x24', { exp: end })).toBe('met')
  expect(judged('reg-x24', { exp: end + 10 })).toBe(
    'broken, app: expected exp no later than the end of the certificate of its signer, saw exp 10 s after it',
  )
})

test('reg-x27: what is registered has no wildcard, what is certified may', () => {
  const certification = fakeJwt({ redirect_uris: ['https://a.example/*'] })
  const registered = (uri: string, certifications: string[] = [certification]) => {
    const body = { software_statement: fakeJwt({ redirect_uris: [uri] }), certifications, udap: '1' }
    const run = evidence({ steps: [{ id: 'register', hops: [registration({}, 400, { body })] }] })
    const by = rules.filter(({ id }) => id === 'reg-x27')
    return judge(run, by).cases[0]!.rules[0]?.verdict ?? 'none'
  }
  expect(registered('https://a.example/cb')).toBe('met')
  expect(registered('https://a.example/%2A?x=a*b')).toBe('met')
  expect(registered('https://a.example/*')).toBe('broken')
  expect(registered('https://a.example/*/cb?x=1')).toBe('broken')
  expect(registered('https://a.example/cb?server=*')).toBe('broken')
  expect(registered('https://a.example/*', [])).toBe('none')
})

test('whoever made it is judged, not whoever brings it along', () => {
  const wrong = made(certifier, { iss: client })
  const certify = { id: 'certify', actor: 'fhir', record: { outputs: { certification: wrong } } }
  expect(judgedIn('gen-047', wrong, [certify])).toMatch(/^broken, fhir: /)
  expect(judgedIn('gen-047', wrong)).toMatch(/^broken, app: /)
})

test('there was no template before 2.0.0', () => {
  expect(judgedIn('gen-057', made(certifier, { extensions: 'x' }), [], '1.1.0')).toBe('none')
})
