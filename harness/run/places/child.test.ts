import { afterEach, expect, test } from 'vitest'
import type { Actor } from '../../../actors/actor.ts'
import { fakeKit } from '../fixture.ts'
import { guard } from '../guard.ts'
import { launchChild } from './child.ts'
import { openManaged } from './managed.ts'

const entry = new URL('./fixture-manage.mjs', import.meta.url)
const actor: Actor = await (await fakeKit()).actorOf('resource-server')

function open(mode: string, more: { bootMs?: number; signal?: AbortSignal } = {}) {
  process.env.FAKE_MANAGE = mode
  return openManaged('fhir', actor, () => launchChild('fhir', { entry, ...more }))
}
async function act(mode: string, timeoutMs = 5_000) {
  const place = await open(mode)
  try {
    const started = guard(await place.start({} as never, {}), undefined)
    return await started.act('fake/get', {}, timeoutMs)
  } finally {
    await place.close()
  }
}
afterEach(() => {
  delete process.env.FAKE_MANAGE
})

test('a process that dies at its start: the error names the actor and what it wrote', async () => {
  await expect(open('dead')).rejects.toThrow(
    'The process of actor "fhir" ended with code 7. It wrote: no room on the device',
  )
})

test('a process that says nothing is given up, and ended', async () => {
  await expect(open('silent', { bootMs: 300 })).rejects.toThrow('actor "fhir" did not get ready within 0.3 s')
})

test('a process whose first line is not its port is not ours', async () => {
  await expect(open('talkative')).rejects.toThrow(
    'actor "fhir" did not say its port, but: Hello, I am an actor',
  )
})

test('a process that does not accept the token of the run', async () => {
  await expect(open('other-token')).rejects.toThrow(
    'Actor "fhir" does not accept this run\'s management token.',
  )
})

test('an interrupt ends the wait for a process', async () => {
  const interrupt = new AbortController()
  const opening = open('silent', { signal: interrupt.signal })
  interrupt.abort()
  await expect(opening).rejects.toThrow('interrupted')
})

test('a process that is killed during an action', async () => {
  await expect(act('killed')).rejects.toThrow('The process of actor "fhir" was ended by SIGKILL.')
})

test('an action that is never answered is bounded', async () => {
  await expect(act('hanging', 50)).rejects.toThrow(/Actor "fhir" did not do fake\/get within/)
})

test('what goes wrong inside the process is said in its words', async () => {
  await expect(act('failing')).rejects.toThrow('Actor "fhir" answered 500 to POST /act: a bug')
})

test('an answer that is not JSON names the actor', async () => {
  await expect(act('babbling')).rejects.toThrow('Actor "fhir" answered to /act what is no answer: not JSON')
})

test('an answer without what was asked for names the actor', async () => {
  await expect(open('empty')).rejects.toThrow('Actor "fhir" answered to /open what is no answer: null')
  const place = await open('')
  try {
    const started = await place.start({} as never, {})
    await expect(started.disarm('1')).rejects.toThrow('answered to /disarm what is no answer: []')
  } finally {
    await place.close()
  }
})

test('a record that holds what is no hop names the actor', async () => {
  const place = await open('no-hop')
  await expect(place.take()).rejects.toThrow('answered to /hops what is no answer: {"seq":1}')
  await place.close()
})
