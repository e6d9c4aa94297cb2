import { expect, test } from 'vitest'
import {
  endpoints,
  evidence,
  fakeJwt,
  type HopSketch,
  judge,
  nowMs,
  nowS,
  origins,
  registration,
} from './fixture.ts'

const MINUTE = 60_000
const statement = { iat: nowS, exp: nowS + 300 }

/** What is said of a refused registration, when the clock of the authorization server is so far ahead. */
function said(
  aheadMs: number,
  more: { place?: string; headers?: Record<string, string>; claims?: object } = {},
) {
  const date = new Date(nowMs + aheadMs).toUTCString()
  const refused = registration({ ...statement, ...more.claims }, 400)
  refused.response!.headers = { date, ...more.headers }
  const run = evidence({
    steps: [{ id: 'register', hops: [refused], expect: [{ status: 201 }] }],
    actors: { as: { place: more.place ?? origins.as } },
  })
  return judge(run).cases[0]!.hops[0]!.clocks
}

test.each([
  [
    -4 * MINUTE - 12_000,
    "as's clock is 4 min 12 s behind ours (± 2 s): by it the software statement is not valid yet.",
  ],
  [
    -3 * 86_400_000,
    "as's clock is 3 d 0 h behind ours (± 2 s): by it the software statement is not valid yet.",
  ],
  [6 * MINUTE, "as's clock is 6 min 0 s ahead of ours (± 2 s): by it the software statement has expired."],
  // Nothing that it would explain: valid by both clocks, or nothing that could be told from a round trip.
  [2 * MINUTE, undefined],
  [-1_000, undefined],
  [0, undefined],
])('a clock that is %i ms ahead', (aheadMs, words) => {
  expect(said(aheadMs)).toBe(words)
})

test('what is too old by both clocks is no matter of clocks', () => {
  expect(said(-4 * MINUTE, { claims: { iat: nowS - 9000, exp: nowS - 8000 } })).toBeUndefined()
})

test('what a cache had kept says nothing of now, and of our own actors nobody need say anything', () => {
  expect(said(-4 * MINUTE, { headers: { age: '240' } })).toBeUndefined()
  expect(said(-4 * MINUTE, { headers: { date: 'yesterday' } })).toBeUndefined()
  expect(said(-4 * MINUTE, { place: 'in-process' })).toBeUndefined()
})

test('by ours: what it signed itself; of many answers the median counts', () => {
  const date = (aheadMs: number) => ({ date: new Date(nowMs + aheadMs).toUTCString() })
  const at = nowS + 240
  const signed_metadata = fakeJwt({ iat: at, exp: at + 300 })
  const metadata = (aheadMs: number): HopSketch => ({
    to: 'fhir',
    url: endpoints.metadata,
    response: { status: 200, headers: date(aheadMs), body: { signed_metadata } },
  })
  const hops = [metadata(4 * MINUTE), metadata(4 * MINUTE), metadata(-9 * MINUTE)]
  const run = evidence({ steps: [{ id: 'discover', hops }], actors: { fhir: { place: endpoints.fhir } } })
  expect(judge(run).cases[0]!.hops[0]!.clocks).toBe(
    "fhir's clock is 4 min 0 s ahead of ours (± 2 s): by ours the signed metadata is not valid yet.",
  )
})

test('an access token that is a JWT', () => {
  const token = fakeJwt({ iat: nowS - 60, exp: nowS + 60 })
  const read: HopSketch = {
    to: 'fhir',
    url: `${endpoints.fhir}/Patient/p1`,
    headers: { authorization: `Bearer ${token}` },
    response: { status: 401, headers: { date: new Date(nowMs + 2 * MINUTE).toUTCString() } },
  }
  const run = evidence({ steps: [{ id: 'read', hops: [read] }], actors: { fhir: { place: endpoints.fhir } } })
  expect(judge(run).cases[0]!.hops[0]!.clocks).toContain('by it the access token has expired')
})
