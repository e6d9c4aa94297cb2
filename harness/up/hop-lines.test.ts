import { expect, test } from 'vitest'
import type { Observed } from '../../wire/hop.ts'
import type { StageActor } from '../trace/trace.ts'
import { HopLines } from './hop-lines.ts'

const actor = (kind: string, url: string): StageActor =>
  ({
    kind,
    url,
    endpoints: kind === 'authorization-server' ? { token: `${url}/token` } : {},
    facts: {},
  }) as StageActor
const actors = {
  as: actor('authorization-server', 'https://as.example'),
  app: actor('client-app', 'https://app.example'),
}

let seq = 0
const half = (name: string, side: 'client' | 'server', more: Partial<Observed> = {}): Observed => ({
  actor: name,
  seq: ++seq,
  id: `${side}${seq}`,
  side,
  request: { method: 'POST', url: 'https://as.example/token', headers: {}, body: '' },
  response: { status: 200, headers: {}, body: '{}' },
  bytes: { out: 0, in: 0 },
  clockOffsetMs: 0,
  startedAt: '2026-01-31T12:00:00.000Z',
  ms: 5,
  ...more,
})

test('two ends are one line, also when they come one after the other', () => {
  const lines = new HopLines(actors)
  const client = half('app', 'client')
  expect(lines.round([half('as', 'server', { traced: client.id })])).toEqual([])
  expect(lines.round([client])).toMatchObject([{ from: 'app', to: 'as', class: 'token', status: 200 }])
  expect(lines.round([])).toEqual([])
})

test('an end that does not come is not waited for', () => {
  const lines = new HopLines(actors)
  // Others send traceparent, too.
  expect(lines.round([half('as', 'server', { traced: 'ffffffffffffffff' })])).toEqual([])
  expect(lines.round([])).toMatchObject([{ to: 'as' }])
  expect(lines.round([half('as', 'server')])).toMatchObject([{ to: 'as', class: 'token' }])
})

test('a refusal says why, and no line holds a secret', () => {
  const lines = new HopLines(actors)
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJlLW9mLWl0'
  const body = JSON.stringify({ error: 'invalid_client', error_description: `Who is ${token}?` })
  const url = `https://as.example/token?access_token=${token}&code=${'x'.repeat(30)}`
  const [line] = lines.round([
    half('as', 'server', {
      request: { method: 'POST', url, headers: {}, body: '' },
      response: { status: 400, headers: {}, body },
    }),
  ])
  expect(line).toMatchObject({ status: 400, note: expect.stringMatching(/^invalid_client: Who is /) })
  expect(JSON.stringify(line)).not.toContain(token)
  expect(JSON.stringify(line)).not.toContain('x'.repeat(30))
})

test('who was not reached is named by how far it went', () => {
  const { response: _, ...sent } = half('app', 'client', {
    error: { code: 'ECONNREFUSED', phase: 'connect' },
  })
  const lines = new HopLines(actors)
  lines.round([sent])
  expect(lines.round([])).toMatchObject([{ from: 'app', to: 'as', note: 'ECONNREFUSED (connect)' }])
})
