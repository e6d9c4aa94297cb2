import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { parametersOf } from '../fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { act } from './fixture.ts'
import { type App, type Holder, REDIRECT_URI, SCOPE, startApp, startHolder } from './fixture-holder.ts'

const bed = new Bed()
/** Of one test. */
const clients = bed.inner()
let north: Community
let holder: Holder
let other: Holder
let app: App
let answers: Holder['answers']
beforeAll(async () => {
  north = await startCommunity(bed)
  holder = await startHolder(bed, north)
  other = await startHolder(bed, north, 'other')
  answers = { ...holder.answers }
  app = await start(bed)
})
beforeEach(() => {
  holder.answers = { ...answers }
  holder.forms = []
})
afterEach(() => clients.close())
afterAll(() => bed.close())

const start = (at: Bed, spec = parametersOf('2.0.0')) =>
  startApp(at, { fhir: holder, other }, { communities: [north], spec })

async function begin(input: JsonObject = {}, client = app) {
  const { outputs } = await act(client, 'oauth/authorize', input)
  const url = new URL(String(outputs.authorization_url))
  return { outputs, url, query: Object.fromEntries(url.searchParams), state: String(outputs.state) }
}

const faulty = async <T>(inject: string, run: () => Promise<T>): Promise<T> => {
  const id = await app.arm([{ inject }])
  const result = await run()
  expect(await app.disarm(id)).toContainEqual({ fault: inject })
  return result
}

describe('oauth/authorize', () => {
  it('prepares a request with all that the guide asks for', async () => {
    const { url, query, outputs } = await begin({ idp: 'https://idp.example' })
    expect(url.origin + url.pathname).toBe(`${holder.peer.url}/authorize`)
    expect(query).toEqual({
      response_type: 'code',
      client_id: 'c-1',
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      state: outputs.state,
      code_challenge: outputs.code_challenge,
      code_challenge_method: 'S256',
      nonce: outputs.nonce,
      aud: holder.peer.url,
      idp: 'https://idp.example',
    })
  })

  it('asks with another state, nonce and challenge each time', async () => {
    const [one, two] = [await begin(), await begin()]
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.query[name]).toMatch(/^[A-Za-z0-9_-]{22,}$/)
      expect(one.query[name]).not.toBe(two.query[name])
    }
  })

  it('sends aud with SMART scopes only, nonce with openid only, unless told to', async () => {
    expect((await begin({ scope: 'udap system/Patient.rs' })).query).not.toMatchObject({
      aud: expect.anything(),
    })
    expect((await begin({ scope: 'launch/patient' })).query).toMatchObject({ aud: holder.peer.url })
    const told = (await begin({ scope: 'launch', aud: false, nonce: 'n', max_age: 0, prompt: 'none' })).query
    expect(told).toMatchObject({ nonce: 'n', max_age: '0', prompt: 'none' })
    expect(told).not.toHaveProperty('aud')
  })

  it('sends other parameters when it is told to, and leaves out those that are null', async () => {
    const parameters = { state: null, resource: 'x', code_challenge: null, code_challenge_method: null }
    const { query, outputs } = await begin({ parameters })
    expect(query).toMatchObject({ resource: 'x' })
    expect(Object.keys(query)).not.toEqual(expect.arrayContaining(['state']))
    expect(outputs).not.toHaveProperty('state')
    await act(app, 'udap/token', { code: 'c' })
    expect(holder.forms[0]).not.toHaveProperty('code_verifier')
  })

  it('needs an authorization endpoint and a registration', async () => {
    expect((await app.act('oauth/authorize', { server: 'nobody' }, 5000)).stopped?.check).toBe(
      'missing-input',
    )
    const { stopped } = await act(app, 'oauth/authorize', { community: 'urn:example:south' })
    expect(stopped?.message).toContain('udap/discover')
  })
})

describe('the redirect endpoint', () => {
  it('takes the code that came with its own state, once', async () => {
    const { state, query } = await begin()
    const page = await app.open('/callback', { code: 'code-1', state })
    expect(page.status).toBe(200)
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    expect(page.text).toContain('You are connected')
    holder.answers['/token'] = {
      body: {
        access_token: 'a',
        token_type: 'bearer',
        id_token: await holder.idToken({ nonce: query.nonce }),
      },
    }
    expect(await act(app, 'udap/token')).toMatchObject({ outputs: { status: 200, access_token: 'a' } })
    const { client_assertion, code_verifier, ...form } = holder.forms[0]!
    expect(form).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: REDIRECT_URI,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      udap: '1',
    })
    expect(createHash('sha256').update(code_verifier!).digest('base64url')).toBe(query.code_challenge)
    expect(decodeJwt(client_assertion!)?.claims).not.toHaveProperty('extensions')
    expect((await act(app, 'udap/token')).stopped).toMatchObject({ check: 'missing-input' })
    expect(holder.forms).toHaveLength(1)
  })

  const refused: [string, string, (state: string) => string][] = [
    ['callback-parameters', 'a parameter twice', (state) => `code=a&code=b&state=${state}`],
    ['callback-state', 'another state', () => 'code=a&state=of-somebody-else'],
    ['callback-state', 'no state', () => 'code=a'],
    ['callback-issuer', 'another issuer', (state) => `code=a&state=${state}&iss=https://evil.example`],
    [
      'callback-issuer',
      'its own issuer with a slash more',
      (state) => `code=a&state=${state}&iss=${holder.peer.url}/`,
    ],
    ['callback-code', 'neither code nor error', (state) => `state=${state}`],
    ['callback-code', 'an empty code', (state) => `code=&state=${state}`],
  ]
  it.each(refused)('%s: does not believe %s', async (check, _what, query) => {
    const { state } = await begin()
    const page = await app.open('/callback', query(state))
    expect(page.status).toBe(400)
    expect(page.text).toContain('This answer was not for this app')
    expect((await act(app, 'udap/token')).stopped).toMatchObject({ check })
    expect(holder.forms).toEqual([])
  })

  it('takes a refusal for an answer, and says so', async () => {
    const { state } = await begin()
    const page = await app.open('/callback', {
      error: 'access_denied',
      error_description: 'She said no',
      state,
    })
    expect(page.status).toBe(200)
    expect(page.text).toContain('You are not connected')
    expect((await act(app, 'udap/token')).stopped).toMatchObject({
      check: 'callback-error',
      message: 'The authorization server answered access_denied: She said no',
    })
  })

  it('goes on waiting for the right answer after a wrong one', async () => {
    const { state } = await begin({ scope: 'patient/Patient.rs' })
    await app.open('/callback', { code: 'evil', state: 'x' })
    await app.open('/callback', { code: 'good', state })
    await app.open('/callback', { code: 'evil', state: 'x' })
    expect((await app.open('/callback', { code: 'evil', state })).status).toBe(400)
    expect((await act(app, 'udap/token')).outputs.status).toBe(200)
    expect(holder.forms.map(({ code }) => code)).toEqual(['good'])
  })

  it('is not used up by HEAD or POST', async () => {
    const { state } = await begin()
    for (const method of ['HEAD', 'POST'])
      expect((await app.open('/callback', { code: 'c', state }, method)).status).toBe(404)
    expect((await act(app, 'udap/token')).stopped?.message).toContain('yet')
    expect((await app.open('/callback', { code: 'c', state })).status).toBe(200)
  })

  it('ties an answer to the server that was asked, whichever comes first', async () => {
    const one = await begin({ scope: 'patient/Patient.rs' })
    const two = await begin({ server: 'other', scope: 'patient/Patient.rs' })
    await app.open('/callback', { code: 'of-one', state: one.state })
    expect((await act(app, 'udap/token', { server: 'other' })).stopped?.check).toBe('missing-input')
    // A mix-up: this server answers with the state of a request to the other one, and says who it is.
    const mixed = await app.open('/callback', { code: 'evil', state: two.state, iss: holder.peer.url })
    expect(mixed.status).toBe(400)
    expect((await act(app, 'udap/token', { server: 'other' })).stopped?.check).toBe('callback-issuer')
    expect((await act(app, 'udap/token')).outputs.status).toBe(200)
    expect(other.forms).toEqual([])
    expect(holder.forms.map(({ code }) => code)).toEqual(['of-one'])
  })

  it('wants the issuer where the protocol asks for it', async () => {
    const spec = parametersOf('2.0.0', ({ authorize }) => {
      authorize.issuerInResponse = true
    })
    const strict = await start(clients, spec)
    const bare = await begin({}, strict)
    expect((await strict.open('/callback', { code: 'c', state: bare.state })).status).toBe(400)
    const named = await begin({}, strict)
    const query = { code: 'c', state: named.state, iss: holder.peer.url }
    expect((await strict.open('/callback', query)).status).toBe(200)
  })

  it('shows what came as text only', async () => {
    const { state } = await begin()
    const error_description = '<script>alert(1)</script>"\' onload=x'.padEnd(2000, 'y')
    const page = await app.open('/callback', { error: '<img src=x>', error_description, state })
    expect(page.text).not.toMatch(/<script|<img/)
    expect(page.text.length).toBeLessThan(15_000)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    for (const query of [{ code: '<b>', state: '<b>' }, { iss: '<b>', state }, '%00%ff=<b>&<b>=%'])
      expect((await app.open('/callback', query)).text).not.toContain('<b>')
  })

  it.each(['callback-state', 'callback-issuer'])('believes more when %s is skipped', async (check) => {
    const { state } = await begin({ scope: 'patient/Patient.rs' })
    const wrong: Record<string, string> =
      check === 'callback-state' ? { state: 'x' } : { state, iss: 'https://evil.example' }
    const page = await faulty(`skip/${check}`, () => app.open('/callback', { code: 'evil', ...wrong }))
    expect(page.status).toBe(200)
    expect((await act(app, 'udap/token')).outputs.status).toBe(200)
    expect(holder.forms[0]?.code).toBe('evil')
  })
})

describe('udap/token with a code', () => {
  it('is the code grant when a code is given, with what belongs to that code', async () => {
    const first = await begin({ redirect_uri: 'https://app.example/other' })
    await begin()
    await app.open('/callback', { code: 'c-first', state: first.state })
    await act(app, 'udap/token', { code: 'c-first' })
    expect(holder.forms[0]).toMatchObject({ code: 'c-first', redirect_uri: 'https://app.example/other' })
    const verifier = createHash('sha256').update(holder.forms[0]!.code_verifier!).digest('base64url')
    expect(verifier).toBe(first.query.code_challenge)
    await act(app, 'udap/token', { code: 'c-found', redirect_uri: 'https://app.example/x' })
    expect(holder.forms[1]).toMatchObject({ code: 'c-found', redirect_uri: 'https://app.example/x' })
  })

  it('shows a code of another server with what belongs to its own request', async () => {
    const elsewhere = await begin({ server: 'other', scope: 'patient/Patient.rs' })
    const here = await begin({ scope: 'patient/Patient.rs' })
    await app.open('/callback', { code: 'c-other', state: elsewhere.state })
    await act(app, 'udap/token', { code: 'c-other' })
    expect(other.forms).toEqual([])
    const verifier = createHash('sha256').update(holder.forms[0]!.code_verifier!).digest('base64url')
    expect(verifier).toBe(here.query.code_challenge)
  })

  it('says what is missing', async () => {
    const fresh = await start(clients)
    expect((await act(fresh, 'udap/token')).stopped?.message).toContain('oauth/authorize')
    await begin({}, fresh)
    expect((await act(fresh, 'udap/token')).stopped?.message).toContain(REDIRECT_URI)
    const { stopped } = await act(fresh, 'udap/token', { grant_type: 'refresh_token' })
    expect(stopped?.message).toContain('no refresh token')
    expect((await act(fresh, 'udap/token', { grant_type: 'password' })).stopped?.check).toBe('missing-input')
    expect(holder.forms).toEqual([])
  })

  it('is client credentials when told so', async () => {
    await act(app, 'udap/token', { grant_type: 'client_credentials' })
    expect(holder.forms[0]).toMatchObject({ grant_type: 'client_credentials', scope: SCOPE })
    expect(decodeJwt(holder.forms[0]!.client_assertion!)?.claims.extensions).toBeDefined()
  })

  it('can send a wrong verifier', async () => {
    await begin()
    const inject = 'token-request/wrong-code-verifier'
    await act(app, 'udap/token', { code: 'c' })
    await faulty(inject, () => act(app, 'udap/token', { code: 'c' }))
    expect(holder.forms[1]?.code_verifier).not.toBe(holder.forms[0]?.code_verifier)
  })
})
