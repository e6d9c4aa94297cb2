import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Observed } from '../../wire/hop.ts'
import { pairHalves } from './pair.ts'

const actors = {
  app: { origin: 'https://app-c1.example' },
  as: { origin: 'https://as-c1.localhost:8002' },
  fhir: { origin: 'https://fhir-c1.localhost:8003' },
}
const setting = { case: 'c1', step: 'token', actors }
const tokenUrl = `${actors.as.origin}/token`

function half(
  side: 'client' | 'server',
  id: string,
  over: Partial<Observed> = {},
  url = tokenUrl,
  method = 'POST',
): Observed {
  return {
    id,
    side,
    actor: side === 'client' ? 'app' : 'as',
    seq: 1,
    request: { method, url, headers: {}, body: '' },
    bytes: { out: 0, in: 0 },
    clockOffsetMs: 0,
    startedAt: '2026-11-22T10:00:00.000Z',
    ms: 1,
    ...over,
  }
}

test('two halves of one span are one hop with the id of the client', () => {
  const paired = pairHalves([half('server', 's', { traced: 'c' }), half('client', 'c')], setting)
  expect(paired).toMatchObject([
    { id: 'c', side: 'client', case: 'c1', step: 'token', from: 'app', to: 'as', paired: 'span' },
    { id: 'c', side: 'server', case: 'c1', step: 'token', from: 'app', to: 'as', paired: 'span' },
  ])
})

test('a span alone is not enough: method and URL must agree', () => {
  const other = half('server', 's', { traced: 'c' }, `${actors.as.origin}/register`)
  const paired = pairHalves([half('client', 'c'), other], setting)
  expect(paired.map(({ id, paired: how }) => [id, how])).toEqual([
    ['c', undefined],
    ['s', undefined],
  ])
})

test('one span for several requests, as a browser sends it: the rest pairs by order', () => {
  const halves = [
    half('client', 'c1', { seq: 1 }),
    half('client', 'c2', { seq: 2 }),
    half('server', 's1', { seq: 1, traced: 'c1' }),
    half('server', 's2', { seq: 2, traced: 'c1' }),
  ]
  const servers = pairHalves(halves, setting).filter(({ side }) => side === 'server')
  expect(servers.map(({ id, paired: how }) => [id, how])).toEqual([
    ['c1', 'span'],
    ['c2', 'order'],
  ])
})

test('without spans equal requests pair in the order of their start', () => {
  const at = (second: number) => `2026-11-22T10:00:0${second}.000Z`
  const halves = [
    half('server', 'late', { seq: 2, startedAt: at(4) }),
    half('client', 'second', { seq: 2, startedAt: at(3) }),
    half('client', 'first', { seq: 1, startedAt: at(1) }),
    half('server', 'early', { seq: 1, startedAt: at(2) }),
  ]
  const paired = pairHalves(halves, setting)
  expect(paired.map(({ id, seq, side }) => [id, seq, side])).toEqual([
    ['first', 1, 'client'],
    ['first', 1, 'server'],
    ['second', 2, 'client'],
    ['second', 2, 'server'],
  ])
})

test('a half without partner keeps its id; its other end is known by the URL or not at all', () => {
  const paired = pairHalves(
    [
      half('client', 'c', {}, `${actors.fhir.origin}/fhir/Patient`, 'GET'),
      half('server', 's'),
      half('client', 'x', {}, 'https://elsewhere.example/'),
    ],
    setting,
  )
  const ends = Object.fromEntries(paired.map(({ id, from, to, paired: how }) => [id, { from, to, how }]))
  expect(ends).toEqual({
    c: { from: 'app', to: 'fhir', how: undefined },
    s: { from: undefined, to: 'as', how: undefined },
    x: { from: 'app', to: undefined, how: undefined },
  })
})

test('of several systems at one origin it is the one whose base URL the request is below', () => {
  const origin = 'https://vendor.example'
  const shared = { as: { origin: `${origin}/auth` }, fhir: { origin: `${origin}/auth/fhir/` } }
  const to = (path: string, others: Record<string, { origin: string }> = shared) =>
    pairHalves([half('client', 'c', {}, origin + path)], { ...setting, actors: others })[0]!.to
  expect(to('/auth/token')).toBe('as')
  expect(to('/auth/fhir/Patient?_count=1')).toBe('fhir')
  expect(to('/auth/fhir')).toBe('fhir')
  expect(to('/authors')).toBeUndefined()
  expect(to('/x', { as: { origin }, fhir: { origin } })).toBeUndefined()
})

test('a request cannot have arrived at an actor of another origin', () => {
  const paired = pairHalves(
    [half('client', 'c'), half('server', 's', { actor: 'fhir', traced: 'c' })],
    setting,
  )
  expect(paired.every(({ paired: how }) => how === undefined)).toBe(true)
})

test('what a server asked while it handled a request still points to that request', () => {
  const inner = half('client', 'k', { actor: 'as', within: 's', seq: 2 }, `${actors.fhir.origin}/x`, 'GET')
  const paired = pairHalves([half('client', 'c'), half('server', 's', { traced: 'c' }), inner], setting)
  expect(paired.find(({ id }) => id === 'k')?.within).toBe('c')
})

test('a request comes before what it caused, also when both began in the same millisecond', () => {
  // A sequence number is given at the end of a hop: what was caused has the lower ones.
  const asked = [
    half('client', 'outer', { seq: 5 }, `${actors.fhir.origin}/x`, 'GET'),
    half('server', 'o', { actor: 'fhir', traced: 'outer', seq: 2 }, `${actors.fhir.origin}/x`, 'GET'),
    half('client', 'inner', { actor: 'fhir', within: 'o', seq: 1 }),
    half('server', 'i', { traced: 'inner', seq: 1 }),
  ]
  const ids = pairHalves(asked, setting).map(({ id }) => id)
  expect(ids).toEqual(['outer', 'outer', 'inner', 'inner'])
})

test('adds what is in the messages', () => {
  const headers = { 'content-type': 'application/json' }
  const [one] = pairHalves(
    [half('client', 'c', { response: { status: 200, headers, body: '{"a":1}' } })],
    setting,
  )
  expect(one?.decoded).toEqual({ response: { body: { a: 1 } } })
})

test('a malformed request has no message and pairs with nobody', () => {
  const { request: _, ...broken } = half('server', 's')
  expect(pairHalves([broken, half('client', 'c')], setting).map(({ id }) => id)).toEqual(['c', 's'])
})

test('the order of the halves that come in does not matter', () => {
  const halves = [1, 2, 3].flatMap((n) => [
    half('client', `c${n}`, { seq: n }),
    half('server', `s${n}`, { seq: n, ...(n === 2 && { traced: 'c2' }) }),
  ])
  const expected = pairHalves(halves, setting)
  fc.assert(
    fc.property(fc.shuffledSubarray(halves, { minLength: halves.length }), (shuffled) => {
      expect(pairHalves(shuffled, setting)).toEqual(expected)
    }),
  )
})
