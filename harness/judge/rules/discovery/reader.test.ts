import { expect, test } from 'vitest'
import { endpoints, fakeJwt, type HopSketch, origins, registration } from '../../fixture.ts'
import { answer, good, of, result, signed } from '../../fixture-metadata.ts'

const b = 'broken'
const goOn = registration({}, 201)
const spec = (version: string) => ({
  actors: { app: { spec: version }, fhir: { links: { tokensFrom: 'as' } } },
})

test.each<[string, string, HopSketch[], string]>([
  ['disc-050', '2.0.0', [answer(good)], 'met'],
  ['disc-050', '2.0.0', [answer(good), goOn], b],
  ['disc-049', '2.0.0', [answer(good), goOn], b],
  ['disc-050', '1.1.0', [answer(good), goOn], 'untouched'],
  ['disc-049', '1.1.0', [answer(good), goOn], b],
  ['disc-049', '1.0.0', [answer(good), goOn], 'untouched'],
  ['disc-049', '2.0.0', [answer(good), { ...goOn, from: 'somebody' }], 'met'],
  ['disc-049', '2.0.0', [answer(good), { ...goOn, url: 'https://another.example/register' }], 'met'],
  // Plain 404: nothing was said that could be believed.
  ['disc-049', '2.0.0', [answer(good, { response: { status: 404, body: good } }), goOn], 'untouched'],
  ['disc-006', '2.0.0', [answer(good, { response: { status: 404 } }), goOn], 'warned'],
  ['disc-006', '2.0.0', [answer(good, { response: { status: 404 } })], 'met'],
  ['disc-006', '2.0.0', [of('urn:x', 404), goOn], 'warned'],
  ['disc-006', '1.0.0', [of('urn:x', 404), goOn], 'untouched'],
  ['disc-006', '2.0.0', [answer(good), answer(good, { response: { status: 404 } }), goOn], 'untouched'],
  ['disc-009', '2.0.0', [answer({ ...good, grant_types_supported: [] }), goOn], b],
  ['disc-009', '2.0.0', [answer({ ...good, grant_types_supported: [] })], 'met'],
  ['disc-009', '2.0.0', [answer(good), goOn], 'met'],
])('a client: %s in %s, case %#', (id, version, hops, verdict) => {
  expect(result(id, hops, spec(version)).verdict).toBe(verdict)
})

test('what a client goes on with is said, at the hop where it does', () => {
  const { said, finding } = result(
    'disc-050',
    [answer(good), { ...goOn, id: 'ffffffffffffffff' }],
    spec('2.0.0'),
  )
  expect(said).toBe(
    `expected the client to stop at signed_metadata with no certificate in x5c[0], saw a registration at "${endpoints.registration}"`,
  )
  expect(finding).toMatchObject({ actor: 'app', role: 'client', hop: 'ffffffffffffffff' })
})

test('where a signed endpoint differs, the client stops or takes that one', () => {
  const other = `${origins.as}/other`
  const hop = answer({ ...good, signed_metadata: fakeJwt({ ...signed, registration_endpoint: other }) })
  const said = `expected the signed registration_endpoint, "${other}", saw a registration at "${endpoints.registration}"`
  expect(result('disc-038', [hop, goOn], spec('2.0.0'))).toMatchObject({ verdict: b, said })
  expect(result('disc-038', [hop, { ...goOn, url: other }], spec('2.0.0')).verdict).toBe('met')
  expect(result('disc-038', [hop], spec('2.0.0')).verdict).toBe('met')
  expect(result('disc-038', [hop, goOn], spec('1.1.0')).verdict).toBe('untouched')
  expect(result('disc-038', [answer(good), goOn], spec('2.0.0')).verdict).toBe('untouched')
})

test('who has read the SMART configuration, too, stays with the endpoints of UDAP', () => {
  const smart = (registration_endpoint: string): HopSketch => ({
    to: 'fhir',
    url: `${endpoints.fhir}/.well-known/smart-configuration`,
    response: { status: 200, body: { registration_endpoint } },
  })
  const other = 'https://smart.example/register'
  expect(result('disc-010', [answer(good), smart(other), goOn], spec('1.1.0')).verdict).toBe('met')
  const there = { ...goOn, url: other }
  const said = `expected the registration_endpoint of UDAP metadata, "${endpoints.registration}", saw that of the other metadata, "${other}"`
  expect(result('disc-010', [answer(good), smart(other), there], spec('1.1.0'))).toMatchObject({
    verdict: b,
    said,
  })
  expect(result('disc-010', [answer(good), smart(other), there], spec('2.0.0')).verdict).toBe('untouched')
  expect(result('disc-x04', [answer(good), smart(other), there], spec('2.0.0')).verdict).toBe(b)
  expect(result('disc-x04', [smart(other), there], spec('2.0.0')).verdict).toBe('untouched')
})
