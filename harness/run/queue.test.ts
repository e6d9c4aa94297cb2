import { beforeEach, expect, test } from 'vitest'
import type { Observed } from '../../wire/hop.ts'
import { hopsOf } from '../judge/reading.ts'
import { blankCase } from './case.ts'
import { planActor, planCase } from './fixture.ts'
import { Queue } from './queue.ts'

const AS = 'https://as.example'
const CA = 'http://ca.example'
let seq = 0
let queue: Queue

beforeEach(() => {
  seq = 0
  const record = blankCase(planCase([]))
  const actor = (name: string, kind: string, url: string, place = 'in-process') => {
    const { links } = planActor(name, 'client-app')
    record.actors[name] = {
      ...{ kind, url, place, spec: '2.0.0', endpoints: {}, links, anchors: {}, policy: {}, facts: {} },
    }
  }
  actor('as', 'authorization-server', AS)
  actor('ca', 'certificate-authority', CA)
  actor('app', 'client-app', 'https://app.example', 'await')
  actor('fhir', 'resource-server', 'https://fhir.example')
  queue = new Queue(record, hopsOf)
})

/** A half at so many milliseconds. */
function half(
  actor: string,
  side: Observed['side'],
  url: string,
  at: number,
  more: Partial<Observed> = {},
): Observed {
  return {
    id: `${at}`.padStart(16, '0'),
    side,
    actor,
    seq: ++seq,
    request: { method: 'GET', url, headers: {}, body: '' },
    response: { status: 200, headers: {}, body: '' },
    bytes: { out: 0, in: 0 },
    clockOffsetMs: 0,
    startedAt: new Date(Date.UTC(2026, 0, 1) + at).toISOString(),
    ms: 1,
    ...more,
  }
}

/** A hop from outside, during which the server asks the authority. */
const asked = (path: string, at: number): Observed[] => {
  const own = half('as', 'server', `${AS}/${path}`, at, { ms: 20 })
  const question = half('as', 'client', `${CA}/ocsp`, at + 5, { within: own.id })
  return [own, question, half('ca', 'server', `${CA}/ocsp`, at + 6, { traced: question.id })]
}
const paths = (halves: Observed[]) => halves.map(({ request }) => new URL(request!.url).pathname)

test('a step takes what came up to its answer hop, with what happened within; the rest stays', () => {
  queue.add([...asked('before', 100), ...asked('answer', 200), ...asked('after', 300)])
  const answer = queue.hops().find(({ request }) => request!.url.endsWith('/answer'))!
  expect(answer).toMatchObject({ from: 'app', to: 'as', inferred: true })
  expect(paths(queue.takeUntil([answer.id]))).toEqual([
    '/before',
    '/ocsp',
    '/ocsp',
    '/answer',
    '/ocsp',
    '/ocsp',
  ])
  expect(queue.hops().map(({ from, to, inferred }) => [from, to, inferred])).toEqual([
    ['app', 'as', true],
    ['as', 'ca', undefined],
  ])
  expect(paths(queue.takeAll())).toEqual(['/after', '/ocsp', '/ocsp'])
  expect(queue.takeAll()).toEqual([])
})

test('a step of an actor of ours leaves what came from outside to the steps that wait', () => {
  const ours = [
    half('fhir', 'client', `${AS}/jwks`, 150),
    half('as', 'server', `${AS}/jwks`, 151, { traced: `${150}`.padStart(16, '0') }),
  ]
  queue.add([...asked('token', 100), ...ours])
  expect(paths(queue.takeOurs())).toEqual(['/jwks', '/jwks'])
  expect(paths(queue.takeAll())).toEqual(['/token', '/ocsp', '/ocsp'])
})

test('what a hop caused that was taken before is not of outside', () => {
  const [own, ...within] = asked('token', 100)
  queue.add([own!])
  queue.takeUntil([queue.hops()[0]!.id])
  queue.add(within)
  expect(paths(queue.takeOurs())).toEqual(['/ocsp', '/ocsp'])
})

test('who registered is known when the token is asked for', () => {
  const json = { 'content-type': 'application/json' }
  const registration = half('as', 'server', `${AS}/register`, 100, {
    request: {
      method: 'POST',
      url: `${AS}/register`,
      headers: json,
      body: '{"software_statement":"e30.e30.e30"}',
    },
    response: { status: 201, headers: json, body: '{"client_id":"one"}' },
  })
  queue.add([registration])
  queue.takeAll()
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = 'grant_type=authorization_code&client_id=one'
  queue.add([
    half('as', 'server', `${AS}/token`, 200, {
      request: { method: 'POST', url: `${AS}/token`, headers: form, body },
    }),
  ])
  expect(queue.hops()).toMatchObject([{ class: 'token', from: 'app', inferred: true }])
})

test('a flood from outside ends the case before it fills the memory', () => {
  const one = half('as', 'server', `${AS}/.well-known/udap`, 100)
  const flood = Array.from({ length: 10_000 }, (_, i) => ({ ...one, id: `${i}`.padStart(16, '0'), seq: i }))
  queue.add(flood)
  expect(() => queue.add([one])).toThrow('More than 10000 requests and answers came that no step has taken')
  expect(queue.takeAll()).toHaveLength(10_001)
})
