import { createHmac, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import { act } from './fixture.ts'
import { type App, atHash, type Holder, startApp, startHolder } from './fixture-holder.ts'

const bed = new Bed()
/** Of one group of tests. */
const clients = bed.inner()
let north: Community
let holder: Holder
let app: App
let answers: Holder['answers']
beforeAll(async () => {
  north = await startCommunity(bed)
  holder = await startHolder(bed, north)
  answers = { ...holder.answers }
})
beforeEach(() => {
  holder.answers = { ...answers }
  holder.forms = []
})
afterAll(() => bed.close())

/** One client for a group of tests. */
function withApp(): void {
  beforeAll(async () => {
    app = await startApp(clients, { fhir: holder }, { communities: [north] })
  })
  afterAll(() => clients.close())
}

const NONCE = 'n-1'

/** A person signs in; the token response has `more`. */
async function signIn(more: JsonObject, scope = 'openid offline_access patient/Patient.rs') {
  const { outputs } = await act(app, 'oauth/authorize', { nonce: NONCE, scope })
  await app.open('/callback', { code: 'c', state: String(outputs.state) })
  gives(more)
  return act(app, 'udap/token')
}
const gives = (more: JsonObject) => {
  holder.answers['/token'] = {
    body: { access_token: 'a-1', token_type: 'Bearer', expires_in: 300, ...more },
  }
}
const now = () => Math.floor(Date.now() / 1000)

describe('the ID token', () => {
  withApp()

  it('is believed when it is right, and told with the launch context', async () => {
    const id_token = await holder.idToken({ nonce: NONCE, at_hash: atHash('a-1') })
    const context = { patient: 'p1', encounter: 'e1', refresh_token: 'r-1', scope: 'openid' }
    const { outputs, stopped, answer } = await signIn({ id_token, ...context })
    expect(stopped).toBeUndefined()
    expect(outputs).toMatchObject({ status: 200, id_token, ...context })
    const halves = await clients.halves()
    expect(halves.find(({ id }) => id === answer)?.request?.url).toBe(`${holder.peer.url}/token`)
  })

  it('is believed with several audiences, and the client as authorized party', async () => {
    const id_token = await holder.idToken({ nonce: NONCE, aud: ['c-1', 'x'], azp: 'c-1' })
    expect((await signIn({ id_token })).stopped).toBeUndefined()
  })

  it.each(['id-token-issuer', 'id-token-nonce', 'id-token-audience'])(
    'is believed when %s is skipped',
    async (check) => {
      const wrong = { 'id-token-issuer': { iss: 'x' }, 'id-token-nonce': { nonce: 'x' } }[check] ?? {
        aud: 'x',
      }
      const id = await app.arm([{ inject: `skip/${check}` }])
      const id_token = await holder.idToken({ nonce: NONCE, ...wrong })
      expect((await signIn({ id_token })).stopped).toBeUndefined()
      expect(await app.disarm(id)).toEqual([{ fault: `skip/${check}` }])
    },
  )

  it('says when the person signed in, where that was asked for', async () => {
    const signInSince = async (auth_time: number | undefined) => {
      const { outputs } = await act(app, 'oauth/authorize', { nonce: NONCE, max_age: 300 })
      await app.open('/callback', { code: 'c', state: String(outputs.state) })
      gives({ id_token: await holder.idToken({ nonce: NONCE, auth_time }) })
      return (await act(app, 'udap/token')).stopped
    }
    expect(await signInSince(now() - 100)).toBeUndefined()
    expect(await signInSince(now() - 500)).toMatchObject({ check: 'id-token-auth-time' })
    expect(await signInSince(undefined)).toMatchObject({ check: 'id-token-auth-time' })
  })

  it('must come when openid was granted, and only then', async () => {
    expect((await signIn({})).stopped).toMatchObject({ check: 'id-token-jwt' })
    expect((await signIn({ scope: 'patient/Patient.rs' })).stopped).toBeUndefined()
    expect((await signIn({}, 'patient/Patient.rs')).stopped).toBeUndefined()
  })
})

describe('a wrong ID token', () => {
  withApp()

  const bad: [string, string, () => object, object?][] = [
    ['id-token-issuer', 'another issuer', () => ({ iss: 'https://evil.example' })],
    ['id-token-issuer', 'an issuer with a slash more', () => ({ iss: `${holder.peer.url}/` })],
    ['id-token-audience', 'another audience', () => ({ aud: 'c-2' })],
    ['id-token-audience', 'an audience that begins like it', () => ({ aud: 'c-1 c-2' })],
    ['id-token-audience', 'no audience', () => ({ aud: undefined })],
    ['id-token-authorized-party', 'another azp', () => ({ azp: 'c-2' })],
    ['id-token-authorized-party', 'several audiences and no azp', () => ({ aud: ['c-1', 'x'] })],
    ['id-token-expiry', 'an end an hour ago', () => ({ exp: now() - 3600 })],
    ['id-token-expiry', 'no end', () => ({ exp: undefined })],
    ['id-token-issued-at', 'a beginning in an hour', () => ({ iat: now() + 3600 })],
    ['id-token-issued-at', 'no beginning', () => ({ iat: undefined })],
    ['id-token-issued-at', 'a beginning a year ago', () => ({ iat: now() - 365 * 86_400 })],
    ['id-token-nonce', 'another nonce', () => ({ nonce: 'n-2' })],
    ['id-token-nonce', 'no nonce', () => ({ nonce: undefined })],
    ['id-token-subject', 'no sub', () => ({ sub: undefined })],
    ['id-token-subject', 'a sub that is no text', () => ({ sub: 7 })],
    ['id-token-access-token-hash', 'another at_hash', () => ({ at_hash: atHash('a-2') })],
    ['id-token-signature', 'a key id that nobody has', () => ({}), { kid: 'k2' }],
  ]
  it.each(bad)('%s: is refused for %s', async (check, _what, claims, header = {}) => {
    const id_token = await holder.idToken({ nonce: NONCE, ...claims() }, header)
    expect((await signIn({ id_token })).stopped).toMatchObject({ check })
    expect((await act(app, 'fhir/read', { resource: 'Patient/p1' })).stopped?.check).toBe('missing-input')
  })

  it('is refused when it is signed by another key, not at all, or by the public key as a secret', async () => {
    const right = await holder.idToken({ nonce: NONCE })
    const [, payload] = right.split('.')
    const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: 'k1' })).toString('base64url')
    const secret = createPublicKey(await keyFor('ID tokens')).export({ type: 'spki', format: 'pem' })
    const input = `${header('HS256')}.${payload}`
    const forged = [
      await holder.idToken({ nonce: NONCE }, {}, await keyFor('of somebody else')),
      `${header('none')}.${payload}.`,
      `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`,
      `${right.slice(0, -6)}AAAAAA`,
    ]
    for (const id_token of forged)
      expect((await signIn({ id_token })).stopped).toMatchObject({ check: 'id-token-signature' })
    const twice = Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('{', '{"sub":"ben",')
    const repeated = `${right.split('.')[0]}.${Buffer.from(twice).toString('base64url')}.AAAA`
    expect((await signIn({ id_token: repeated })).stopped).toMatchObject({ check: 'id-token-members' })
    for (const id_token of ['x', 7, null, '', {}, 'a.b.c'])
      expect((await signIn({ id_token })).stopped).toMatchObject({ check: 'id-token-jwt' })
  })

  it('is not believed when its issuer does not say what its keys are', async () => {
    const id_token = await holder.idToken({ nonce: NONCE })
    const configurations = [
      {},
      { issuer: 'https://evil.example', jwks_uri: `${holder.peer.url}/jwks` },
      { issuer: holder.peer.url },
      { issuer: holder.peer.url, jwks_uri: 'http://as.example/jwks' },
      { issuer: holder.peer.url, jwks_uri: `${holder.peer.url}/nothing` },
    ]
    for (const body of configurations) {
      holder.answers['/.well-known/openid-configuration'] = { body }
      expect((await signIn({ id_token })).stopped).toMatchObject({ check: 'id-token-signature' })
    }
    holder.answers = { ...answers }
    for (const keys of [
      7,
      [7],
      [],
      [{ kty: 'RSA', kid: 'k1' }],
      [{ kty: 'oct', k: 'c2VjcmV0', kid: 'k1' }],
    ]) {
      holder.answers['/jwks'] = { body: { keys } }
      expect((await signIn({ id_token })).stopped).toMatchObject({ check: 'id-token-signature' })
    }
  })
})

describe('refreshing', () => {
  withApp()
  beforeEach(() => app.setClock(0))

  const signedIn = async () =>
    signIn({ refresh_token: 'r-1', id_token: await holder.idToken({ nonce: NONCE }) })

  it('sends the refresh token with a fresh assertion, and then the new one', async () => {
    await signedIn()
    gives({ access_token: 'a-2', refresh_token: 'r-2' })
    expect((await act(app, 'oauth/refresh', { scope: 'openid' })).outputs).toMatchObject({
      status: 200,
      access_token: 'a-2',
    })
    gives({ access_token: 'a-3' })
    await act(app, 'oauth/refresh')
    await act(app, 'oauth/refresh')
    await act(app, 'oauth/refresh', { refresh_token: 'r-x' })
    const sent = holder.forms.slice(1)
    expect(sent.map((form) => form.refresh_token)).toEqual(['r-1', 'r-2', 'r-2', 'r-x'])
    expect(sent[0]).toMatchObject({ grant_type: 'refresh_token', scope: 'openid', udap: '1' })
    expect(sent[1]).not.toHaveProperty('scope')
    expect(new Set(holder.forms.map((form) => form.client_assertion)).size).toBe(holder.forms.length)
  })

  it('keeps to the person who signed in', async () => {
    await signedIn()
    gives({ id_token: await holder.idToken() })
    expect((await act(app, 'oauth/refresh')).stopped).toBeUndefined()
    gives({ id_token: await holder.idToken({ sub: 'ben' }) })
    expect((await act(app, 'oauth/refresh')).stopped).toMatchObject({ check: 'id-token-subject' })
    gives({ id_token: await holder.idToken({ nonce: 'other' }) })
    expect((await act(app, 'oauth/refresh')).stopped).toMatchObject({ check: 'id-token-nonce' })
  })

  it('happens by itself when the access token has run out', async () => {
    await signedIn()
    gives({ access_token: 'a-2', refresh_token: 'r-2' })
    await app.setClock(301_000)
    expect((await act(app, 'fhir/read', { resource: 'Patient/p1' })).outputs.status).toBe(200)
    expect(holder.forms.at(-1)).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'r-1' })
    holder.answers['/token'] = { status: 400, body: { error: 'invalid_grant' } }
    await app.setClock(3_000_000)
    expect((await act(app, 'fhir/read', { resource: 'Patient/p1' })).stopped).toMatchObject({
      check: 'token-renewed',
      message: expect.stringContaining('invalid_grant'),
    })
  })

  it('takes a person when there is no refresh token', async () => {
    await signIn({}, 'patient/Patient.rs')
    await app.setClock(301_000)
    expect((await act(app, 'fhir/read', { resource: 'Patient/p1' })).stopped).toMatchObject({
      check: 'token-renewed',
      message: expect.stringContaining('sign in again'),
    })
    expect((await act(app, 'oauth/refresh')).stopped?.check).toBe('missing-input')
  })

  it('ends with the refresh token', async () => {
    await signedIn()
    holder.answers['/revoke'] = { body: {} }
    expect((await act(app, 'oauth/revoke-token', { token: 'refresh' })).outputs).toEqual({ status: 200 })
    const halves = await clients.halves()
    const { request } = halves.find((half) => half.request?.url.endsWith('/revoke'))!
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toMatchObject({
      token: 'r-1',
      token_type_hint: 'refresh_token',
    })
  })
})

describe('oauth/userinfo', () => {
  withApp()
  beforeEach(async () => {
    await signIn({ id_token: await holder.idToken({ nonce: NONCE }) })
  })

  it('says who signed in', async () => {
    holder.answers['/userinfo'] = { body: { sub: 'ana', name: 'Ana' } }
    expect((await act(app, 'oauth/userinfo')).outputs).toEqual({
      status: 200,
      sub: 'ana',
      claims: { sub: 'ana', name: 'Ana' },
    })
    holder.answers['/userinfo'] = { status: 401, body: {} }
    expect((await act(app, 'oauth/userinfo')).outputs).toEqual({ status: 401 })
  })

  it.each([{ sub: 'ben' }, {}, { sub: 7 }])('does not believe %j', async (body) => {
    holder.answers['/userinfo'] = { body }
    expect((await act(app, 'oauth/userinfo')).stopped).toMatchObject({ check: 'userinfo-subject' })
  })
})
