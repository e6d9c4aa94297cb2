import { afterAll, expect, test } from 'vitest'
import { readCertificate } from '../../certs/certificate.ts'
import { readCrl } from '../../certs/crl.ts'
import { generateKey } from '../../certs/keys.ts'
import { openInProcess } from '../../harness/run/places/in-process.ts'
import { memoryStore } from '../../harness/state/memory.ts'
import type { Actor } from '../actor.ts'
import { contextOf } from '../fixture.ts'
import { certificateAuthority } from './actor.ts'
import { get, publicKey } from './fixture.ts'

const ends: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const end of ends) await end()
})

const keys = [await generateKey('ec-p256'), await generateKey('ec-p256')]

async function live(state: ReturnType<typeof memoryStore>, port = 0) {
  const place = await openInProcess(certificateAuthority as Actor, { port }, state)
  ends.push(() => place.stop())
  const url = `http://127.0.0.1:${place.port}`
  const ca = await place.start(contextOf('ca', { kind: 'certificate-authority', url, keys }), {})
  const issuer = readCertificate(Buffer.from(String(ca.facts.intermediate), 'base64'))
  const act = async (action: string, input: object) => (await ca.act(action, { ...input }, 5000)).outputs
  return {
    ...place,
    url,
    facts: ca.facts,
    issue: async () =>
      String((await act('ca/issue', { publicKey: await publicKey(), uris: ['https://a.example'] })).serial),
    revoke: (serial: string) => act('ca/revoke', { serial, reason: 'keyCompromise' }),
    revoked: async () => {
      const list = readCrl((await get(`${url}/crl/intermediate.crl`)).body, issuer)
      return [...list.revoked]
    },
  }
}

test('started again it is the same: its certificates, what it issued, what it revoked and why', async () => {
  const state = memoryStore()
  const first = await live(state)
  const [good, bad] = [await first.issue(), await first.issue()]
  await first.revoke(bad)
  const before = await first.revoked()
  await first.stop()
  const second = await live(state, first.port)
  expect(second.facts).toEqual(first.facts)
  expect(await second.revoked()).toEqual(before)
  expect(before).toEqual([[bad, expect.objectContaining({ reason: 'keyCompromise' })]])
  // It knows the other one too, or it would not revoke it.
  await second.revoke(good)
  expect((await second.revoked()).map(([serial]) => serial).sort()).toEqual([good, bad].sort())
})

test('at another URL its intermediate says where the list of its root is now; key, name and root stay', async () => {
  const state = memoryStore()
  const first = await live(state)
  const second = await live(state)
  const [was, is] = [first, second].map(({ facts }) =>
    readCertificate(Buffer.from(String(facts.intermediate), 'base64')),
  )
  expect(second.facts.root).toBe(first.facts.root)
  expect(is!.spki).toEqual(was!.spki)
  expect(is!.crlUrls).toEqual([`${second.url}/crl/root.crl`])
})
