import { afterAll, beforeAll, expect, test } from 'vitest'
import { status } from './fixture.ts'
import { type Managed, manage } from './manage.ts'
import { createRecent } from './recent.ts'

const recent = createRecent()
let ready = false
let open: Managed
let guarded: Managed

beforeAll(async () => {
  const parts = { address: '127.0.0.1', port: 0, recent, ready: () => ready, status: () => status }
  open = await manage(parts)
  guarded = await manage({ ...parts, token: 'the token' })
})
afterAll(async () => {
  await open.close()
  await guarded.close()
})

const ask = async ({ port }: Managed, path: string, authorization = '', method = 'GET') => {
  const headers = authorization === '' ? {} : { authorization }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers })
  return answer.status
}
const basic = (password: string) => `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`

test('it lives before it is ready, and says nothing of actors until then', async () => {
  ready = false
  expect(await Promise.all(['/healthz', '/readyz', '/', '/status'].map((path) => ask(open, path)))).toEqual([
    200, 503, 503, 503,
  ])
  ready = true
  expect(await Promise.all(['/healthz', '/readyz', '/', '/status'].map((path) => ask(open, path)))).toEqual([
    200, 200, 200, 200,
  ])
})

test('with a token everything but health wants it, in either way', async () => {
  ready = true
  expect(await Promise.all(['/healthz', '/readyz'].map((path) => ask(guarded, path)))).toEqual([200, 200])
  for (const path of ['/', '/status', '/hops', '/tls-root.pem', '/nothing']) {
    expect(await ask(guarded, path), path).toBe(401)
    expect(await ask(guarded, path, 'Bearer the'), path).toBe(401)
    expect(await ask(guarded, path, basic('another')), path).toBe(401)
    expect(await ask(guarded, path, basic('the token')), path).toBe(path === '/nothing' ? 404 : 200)
  }
})

test('it takes no orders', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) expect(await ask(open, '/status', '', method)).toBe(405)
})

test('who follows gets what comes, and there are not too many of them', async () => {
  const line = status.hops[0]!
  recent.add(line)
  const first = await fetch(`http://127.0.0.1:${open.port}/hops?follow`)
  const reader = first.body!.pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  const until = async (count: number) => {
    while (seen.split('\n').length <= count) seen += (await reader.read()).value ?? ''
  }
  await until(1)
  recent.add({ ...line, path: '/second' })
  await until(2)
  expect(
    seen
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one).path),
  ).toEqual(['/token', '/second'])
  await reader.cancel()
})

test('only so many hops are kept', () => {
  const few = createRecent()
  for (let i = 0; i < 500; i++) few.add({ ...status.hops[0]!, path: `/${i}` })
  expect(few.lines()).toHaveLength(200)
  expect(few.lines().at(-1)?.path).toBe('/499')
})
