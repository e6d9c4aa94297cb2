import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import { ANA, startIdentityProvider } from '../../identity-provider/fixture.ts'
import { subjectOf } from '../../people.ts'
import type { Server } from '../fixture.ts'
import { authorizationUrl, type Holder, startHolder, Visitor } from './fixture.ts'

const bed = new Bed()
let community: Community
let idp: Server
let inner: Bed
let holder: Holder

beforeAll(async () => {
  community = await startCommunity(bed)
  idp = await startIdentityProvider(bed, [community])
})
afterAll(() => bed.close())
beforeEach(async () => {
  inner = bed.inner()
  const sub = subjectOf({ seed: 'a seed', case: 'c1' }, idp.url, 'ana')
  const links = [{ idp: 'idp', sub, patient: 'p1' }]
  holder = await startHolder(inner, community, { idp: idp.url }, { with: { links } })
  return () => inner.close()
})

/** Signs in and allows at the provider; there it ends when the provider does not let the holder ask. */
async function signIn() {
  const visitor = new Visitor(bed)
  const page = await visitor.open(authorizationUrl(holder, idp.url))
  if (page.heading !== 'Sign in') return page
  const { username, password } = ANA
  return visitor.press('Allow', await visitor.press('Sign in', page, { username, password }))
}

it('lets people in whom the identity provider of the testbed signs in', async () => {
  const page = await signIn()
  expect(page).toMatchObject({ status: 200, heading: 'Allow access?' })
  expect(page.url).toContain(holder.url)
})

it.each([
  ['software-statement/expired', { parameters: { error: 'invalid_idp' } }],
  ['registration-request/no-udap', { parameters: { error: 'invalid_idp' } }],
  ['client-assertion/wrong-aud', { parameters: { error: 'invalid_idp' } }],
  ['token-request/no-udap', { parameters: { error: 'invalid_idp' } }],
  ['authorization-request/no-state', { parameters: { error: 'server_error' } }],
  ['authorization-request/wrong-redirect-uri', { status: 400, heading: 'Something went wrong' }],
])('can misbehave as a client of the provider: %s', async (inject, end) => {
  const armed = await holder.actor.arm([{ inject }])
  const page = await signIn()
  expect(await holder.actor.disarm(armed)).toContainEqual({ fault: inject })
  expect(page).toMatchObject(end)
})
