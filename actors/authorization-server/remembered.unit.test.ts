/** What a server that is started again with the same store still knows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryStore } from '../../harness/state/memory.ts'
import { type FileStore, openStore } from '../../harness/state/sqlite.ts'
import type { Actor } from '../actor.ts'
import { Bed } from '../fixture-bed.ts'
import { createRuntime } from '../runtime.ts'
import { authorizationServer } from './actor.ts'
import { createClients } from './clients.ts'
import { createAuthorizationServer } from './create.ts'
import { CLIENT_URI, FHIR_URL } from './fixture.ts'
import type { Server } from './server.ts'
import { codeOf, refresh, registeredForCode, type Seam, startSeam, tokensFor } from './token/fixture.ts'

const bed = new Bed()
const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-'))
const file = join(folder, 'state.db')
let store: FileStore
let seam: Seam

beforeAll(async () => {
  store = openStore(file)
  seam = await startSeam(bed, { state: store })
})
afterAll(async () => {
  await bed.close()
  store.close()
  rmSync(folder, { recursive: true })
})

/** The same server in its next life: of the one before there is only what the file holds. */
async function again(): Promise<Server> {
  store.close()
  store = openStore(file)
  const { context } = seam.inside.runtime
  const host = { record: () => {}, state: store }
  const runtime = createRuntime(authorizationServer as Actor, { ...context, life: 2 }, host)
  const { server } = await createAuthorizationServer(runtime, {
    issuer: context.url,
    with: seam.inside.with,
    role: 'authorization-server',
    resources: [FHIR_URL],
  })
  return server
}

/** Until then the server on the wire wrote to a store that is closed now: each test begins with a new one. */
async function anew(): Promise<void> {
  store.close()
  rmSync(file)
  store = openStore(file)
  seam = await startSeam(bed.inner(), { state: store })
}

test('registrations, access tokens and refresh tokens are good as before', async () => {
  const { access_token, refresh_token } = await tokensFor(seam)
  const before = seam.inside.accessTokens.claimsOf(access_token)
  const { clients, accessTokens, grants } = await again()
  expect(clients.byId(seam.client.id)).toMatchObject({ uri: CLIENT_URI, grantTypes: expect.any(Array) })
  expect(clients.registered(seam.community.uri, CLIENT_URI)?.clientId).toBe(seam.client.id)
  expect(accessTokens.claimsOf(access_token)).toEqual(before)
  const known = grants.refreshTokenOf(refresh_token)
  expect(known?.family.alive()).toBe(true)
  expect(known?.family.grant).toMatchObject({ clientId: seam.client.id, sub: seam.sub })
  expect(known?.use()).toBe(true)
})

test('what was used, ended or taken back stays so', async () => {
  await anew()
  const used = await tokensFor(seam)
  expect((await refresh(seam, used.refresh_token)).status).toBe(200)
  const ended = await tokensFor(seam)
  seam.inside.grants.refreshTokenOf(ended.refresh_token)?.family.end()
  const revoked = await tokensFor(seam)
  seam.inside.accessTokens.revoke(revoked.access_token)
  const unused = codeOf(seam)
  const { accessTokens, grants } = await again()
  expect(grants.refreshTokenOf(used.refresh_token)?.use()).toBe(false)
  expect(grants.refreshTokenOf(ended.refresh_token)?.family.alive()).toBe(false)
  expect(accessTokens.claimsOf(ended.access_token)).toBeUndefined()
  expect(accessTokens.claimsOf(revoked.access_token)).toBeUndefined()
  expect(grants.codeOf(unused)).toBeUndefined()
})

test('tokens end with the registration that they were given for, also when that came in another life', async () => {
  await anew()
  const { access_token, refresh_token } = await tokensFor(seam)
  await registeredForCode(seam, seam.client.credential)
  const { accessTokens, grants } = await again()
  expect(grants.refreshTokenOf(refresh_token)?.family.alive()).toBe(false)
  expect(accessTokens.claimsOf(access_token)).toBeUndefined()
})

test('a JWT that was taken is not taken again, and ids of the life before do not come back', async () => {
  await anew()
  const nowS = seam.inside.runtime.nowS()
  const used = { issuer: 'https://app.example', jti: 'one', type: 't', exp: nowS + 60, signed: 'a.b' }
  expect(seam.inside.replay.firstUse(used, nowS)).toBe(true)
  const ids = [seam.inside.runtime.id(), seam.inside.runtime.id()]
  const server = await again()
  expect(server.replay.firstUse(used, nowS)).toBe(false)
  expect(server.replay.firstUse(used, nowS + 61)).toBe(true)
  expect(ids).not.toContain(server.runtime.id())
})

test('who is signed in stays so, with what they allowed', async () => {
  await anew()
  const account = seam.inside.accounts.bySubject(seam.sub)!
  const authentication = { account, authTimeS: 7, acr: undefined, amr: ['pwd'] }
  const id = seam.inside.sessions.begin(undefined, authentication)
  seam.inside.sessions.allow(id, seam.client.id, { scopes: ['openid'], record: undefined })
  const { sessions } = await again()
  expect(sessions.of(id)).toMatchObject({ account: { sub: seam.sub }, authTimeS: 7, amr: ['pwd'] })
  expect(sessions.allowed(id, seam.client.id)?.scopes).toEqual(['openid'])
  sessions.end(id)
  expect((await again()).sessions.of(id)).toBeUndefined()
})

test('no token and no session id is in the file', async () => {
  await anew()
  const { access_token, refresh_token } = await tokensFor(seam)
  const id = seam.inside.sessions.begin(undefined, {
    account: seam.inside.accounts.bySubject(seam.sub)!,
    authTimeS: 7,
    acr: undefined,
    amr: undefined,
  })
  const text = JSON.stringify(store.entries(''))
  for (const secret of [access_token, refresh_token, id]) expect(text).not.toContain(secret)
})

test('what cannot be written is not said to be registered', () => {
  const full = (): never => {
    throw new Error('no space is left')
  }
  const state = { ...memoryStore(), set: full }
  const clients = createClients(() => 'an id', 'uri-and-community', state)
  const stated = { ...seam.inside.clients.byId(seam.client.id)! }
  expect(() => clients.register(stated)).toThrow('no space is left')
  expect(clients.byId('an id')).toBeUndefined()
  expect(clients.registered(stated.community, stated.uri)).toBeUndefined()
})
