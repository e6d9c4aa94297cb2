/** What systems elsewhere do and may do: no rule takes it for a breach, nor for what it is not. */
import { sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { authority, leafOf, Web } from '../../certs/fixture-pki.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { StageActor } from '../trace/trace.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, nowS, origins, registration } from './fixture.ts'
import { judge } from './judge.ts'
import { rules } from './rules/index.ts'

const elsewhere = { place: origins.as }

function said(id: string, hops: HopSketch[], actors: Record<string, Partial<StageActor>> = {}): string {
  const run = evidence({ steps: [{ id: 'all', hops }], actors })
  const by = rules.filter((rule) => rule.id === id)
  return judge(run, by).cases[0]!.rules[0]?.verdict ?? 'untouched'
}

const form = (fields: Record<string, string>): Partial<HopSketch> => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})
const token = (client: string): HopSketch => ({
  url: endpoints.token,
  ...form({
    grant_type: 'client_credentials',
    client_assertion: fakeJwt({ iss: client, sub: client, aud: endpoints.token, exp: nowS + 200, iat: nowS }),
  }),
  response: { status: 200, body: { access_token: 'a', token_type: 'Bearer' } },
})
const hop = (url: string, method: string, status: number, body?: string): HopSketch => ({
  url,
  method,
  response: { status, ...(body !== undefined && { body }) },
})

test.each(['reg-002', 'b2b-014', 'b2b-015', 'b2b-x03'])(
  '%s: a server elsewhere may have given another client_id before the case',
  (id) => {
    const hops = [registration({}, 201), token('client-of-last-year')]
    expect(said(id, hops)).toBe('broken')
    expect(said(id, hops, { as: elsewhere })).not.toBe('broken')
  },
)

test('reg-001: whom an authorization server elsewhere knows, nobody here can tell', () => {
  const refused: HopSketch = { to: 'fhir', url: `${endpoints.fhir}/Patient`, response: { status: 401 } }
  const fhir = { links: { tokensFrom: 'as' } }
  expect(said('reg-001', [refused], { fhir })).toBe('broken')
  expect(said('reg-001', [refused], { fhir, as: elsewhere })).toBe('untouched')
})

test.each([
  ['reg-x07', endpoints.registration],
  ['reg-041', endpoints.registration],
  ['b2b-x10', endpoints.token],
  ['b2b-x11', endpoints.token],
  ['b2b-x22', endpoints.token],
])('%s: OPTIONS, HEAD and a page for whoever looks by GET are no answer of the protocol', (id, url) => {
  expect(said(id, [hop(url, 'OPTIONS', 204)])).toBe('untouched')
  expect(said(id, [hop(url, 'HEAD', 400)])).toBe('untouched')
  if (id !== 'b2b-x22') expect(said(id, [hop(url, 'GET', 200, '<html>')])).toBe('untouched')
})

test.each([307, 429, 503])('reg-041, b2b-x11: %i does not refuse what is asked for', (status) => {
  const body = { software_statement: fakeJwt({}), udap: '1' }
  expect(said('reg-041', [{ url: endpoints.registration, body, response: { status } }])).toBe('untouched')
  expect(said('b2b-x11', [{ ...token('client-1'), response: { status } }])).toBe('untouched')
})

test('b2b-065: a refresh token that is null is none', () => {
  const body = { access_token: 'a', token_type: 'Bearer', refresh_token: null }
  expect(said('b2b-065', [{ ...token('client-1'), response: { status: 200, body } }])).toBe('met')
})

test('disc-050: what authorities somebody was seen to fetch complete the chain of a leaf that came alone', async () => {
  const root = await authority(new Web(), 'Root')
  const intermediate = await authority(new Web(), 'Intermediate', { issuer: root })
  const leaf = await leafOf(intermediate, { uris: [endpoints.fhir] })
  const claims = {
    iss: endpoints.fhir,
    sub: endpoints.fhir,
    iat: nowS,
    exp: nowS + 3600,
    jti: 'one',
    token_endpoint: endpoints.token,
    registration_endpoint: endpoints.registration,
  }
  const metadata = (over: JsonObject = {}): HopSketch => ({
    to: 'fhir',
    url: endpoints.metadata,
    response: {
      status: 200,
      body: {
        token_endpoint: endpoints.token,
        registration_endpoint: endpoints.registration,
        signed_metadata: signed({ ...claims, ...over }),
      },
    },
  })
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = (all: JsonObject) => {
    const input = `${encode({ alg: 'ES256', x5c: [leaf.base64] })}.${encode(all)}`
    const key = { key: leaf.key, dsaEncoding: 'ieee-p1363' } as const
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
  }
  const fetched: HopSketch = {
    to: 'ca',
    url: 'http://authority.example/intermediate.cer',
    response: {
      status: 200,
      headers: { 'content-type': 'application/pkix-cert' },
      body: intermediate.base64,
    },
  }
  const verdict = (hops: HopSketch[]) => {
    const app = { anchors: { north: [root.base64] } }
    const fhir = { links: { tokensFrom: 'as' } }
    const run = evidence({ steps: [{ id: 'all', hops }], actors: { app, fhir } })
    for (const { response } of run.trace)
      if (response?.body === intermediate.base64) response.encoding = 'base64'
    const by = rules.filter(({ id }) => id === 'disc-050')
    return judge(run, by).cases[0]!.rules[0]?.verdict ?? 'untouched'
  }
  expect(verdict([metadata(), registration({}, 201)])).toBe('broken')
  expect(verdict([fetched, metadata(), registration({}, 201)])).toBe('untouched')
  // Normalised, the two are the same, and a client may compare so (7.1.5).
  const slash = { iss: `${endpoints.fhir}/`, sub: `${endpoints.fhir}/` }
  expect(verdict([fetched, metadata(slash), registration({}, 201)])).toBe('untouched')
  const other = { iss: `${endpoints.fhir}/other`, sub: `${endpoints.fhir}/other` }
  expect(verdict([fetched, metadata(other), registration({}, 201)])).toBe('broken')
})
