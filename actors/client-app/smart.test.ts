import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { act, startClient } from './fixture.ts'
import { type App, type Holder, SCOPE, startApp, startHolder } from './fixture-holder.ts'

// Hundreds of requests: more than a busy machine answers in the usual time.
vi.setConfig({ testTimeout: 60_000 })

const PATH = '/.well-known/smart-configuration'
const bed = new Bed()
/** Of one test. */
const clients = bed.inner()
let north: Community
let holder: Holder
let app: App
let answers: Holder['answers']
beforeAll(async () => {
  north = await startCommunity(bed)
  holder = await startHolder(bed, north)
  answers = { ...holder.answers }
  app = await startApp(bed, { fhir: holder }, { communities: [north] })
})
beforeEach(() => {
  holder.answers = { ...answers }
})
afterEach(() => clients.close())
afterAll(() => bed.close())

describe('smart/discover', () => {
  const configuration = () => holder.answers[PATH]?.body as JsonObject
  const change = (more: Record<string, unknown>) => {
    holder.answers[PATH] = { body: { ...configuration(), ...more } }
  }

  it('says what the server can do', async () => {
    expect(await act(app, 'smart/discover')).toMatchObject({
      outputs: {
        status: 200,
        issuer: holder.peer.url,
        token_endpoint: `${holder.peer.url}/token`,
        authorization_endpoint: `${holder.peer.url}/authorize`,
        capabilities: ['launch-standalone', 'sso-openid-connect'],
      },
    })
  })

  it.each<[string, Record<string, unknown>]>([
    ['smart-capabilities', { capabilities: 'launch-ehr' }],
    ['smart-endpoints', { token_endpoint: undefined }],
    ['smart-endpoints', { token_endpoint: 'http://as.example/token' }],
    ['smart-endpoints', { authorization_endpoint: undefined }],
    ['smart-endpoints', { authorization_endpoint: 7, capabilities: [] }],
    ['smart-pkce', { code_challenge_methods_supported: undefined }],
    ['smart-pkce', { code_challenge_methods_supported: ['plain'] }],
    ['smart-pkce', { code_challenge_methods_supported: ['S256', 'plain'] }],
    ['smart-same-endpoints', { token_endpoint: 'https://evil.example/token' }],
    ['smart-same-endpoints', { authorization_endpoint: 'https://evil.example/authorize' }],
  ])('%s: refuses %j', async (check, more) => {
    change(more)
    expect((await act(app, 'smart/discover')).stopped).toMatchObject({ check })
  })

  it.each([
    ['smart-status', { status: 404, body: {} }],
    ['smart-json', { body: [] }],
  ])('%s: refuses what is no configuration', async (check, answer) => {
    holder.answers[PATH] = answer
    expect((await act(app, 'smart/discover')).stopped).toMatchObject({ check })
  })

  it('can come first, when nothing is known to compare it with', async () => {
    const client = await startClient(clients, { peers: { fhir: holder.peer }, communities: [north] })
    change({ token_endpoint: 'https://other.example/token' })
    expect((await act(client, 'smart/discover')).stopped).toBeUndefined()
  })

  it('tells whose ID tokens and answers are believed', async () => {
    change({ issuer: 'https://issuer.example' })
    await act(app, 'smart/discover')
    const { outputs } = await act(app, 'oauth/authorize')
    const query = { code: 'c', state: String(outputs.state), iss: holder.peer.url }
    expect((await app.open('/callback', query)).status).toBe(400)
  })
})

describe('the launch endpoint', () => {
  const launch = (query: Record<string, string> | string) => app.open('/launch', query)

  it('sends the browser to the server that it knows, with what the EHR said', async () => {
    const { status, headers } = await launch({ iss: holder.peer.url, launch: 'l-1' })
    expect(status).toBe(302)
    const url = new URL(headers.location!)
    expect(url.origin + url.pathname).toBe(`${holder.peer.url}/authorize`)
    const state = url.searchParams.get('state')!
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      launch: 'l-1',
      aud: holder.peer.url,
      scope: `launch ${SCOPE}`,
      code_challenge_method: 'S256',
    })
    expect((await app.open('/callback', { code: 'c', state })).status).toBe(200)
    await act(app, 'udap/token')
    expect(holder.forms.at(-1)).toMatchObject({ code: 'c' })
  })

  it.each<[string, (url: string) => Record<string, string> | string]>([
    ['another server', () => ({ iss: 'https://evil.example', launch: 'l' })],
    ['a slash more', (url) => ({ iss: `${url}/`, launch: 'l' })],
    ['a name in other letters', (url) => ({ iss: url.replace('fhir', 'FHIR'), launch: 'l' })],
    ['no iss', () => ({ launch: 'l' })],
    ['no launch', (url) => ({ iss: url })],
    ['two iss', (url) => `iss=${url}&iss=https://evil.example&launch=l`],
    ['a launch without end', (url) => ({ iss: url, launch: 'x'.repeat(2000) })],
  ])('sends it nowhere for %s', async (_what, query) => {
    const { status, headers, text } = await launch(query(holder.peer.url))
    expect(status).toBe(400)
    expect(headers).not.toHaveProperty('location')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(text).toContain('This app cannot be started here')
    expect(text).not.toContain('evil.example')
  })

  it('sends it to a URL that is not plain ASCII, too', async () => {
    const odd = await startHolder(clients, north, 'odd', '/authorize/\u2713')
    const client = await startApp(clients, { fhir: odd }, { communities: [north] })
    const { status, headers } = await client.open('/launch', { iss: odd.peer.url, launch: 'l-1' })
    expect(status).toBe(302)
    expect(headers.location?.startsWith(`${odd.peer.url}/authorize/%E2%9C%93?`)).toBe(true)
  })

  it('knows no server where it has not registered for it', async () => {
    const stranger = await startApp(clients, { fhir: holder }, { communities: [north] }, 7)
    const query = { iss: holder.peer.url, launch: 'l' }
    expect((await stranger.open('/launch', query)).status).toBe(400)
  })
})

it('answers junk with a page', async () => {
  const name = fc.oneof(
    fc.constantFrom('code', 'state', 'iss', 'error', 'error_description', 'launch', '__proto__', ''),
    fc.string(),
  )
  const state = String((await act(app, 'oauth/authorize')).outputs.state)
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(state, holder.peer.url, '\ud800', '<x>'),
  )
  const query = fc.oneof(
    fc.array(fc.tuple(name, value), { maxLength: 8 }).map((pairs) => new URLSearchParams(pairs).toString()),
    fc.stringMatching(/^[!$-;=?-Z_a-z~%&]*$/),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('/callback', '/launch'), query, async (path, text) => {
      const { status, headers } = await bed.call({ url: `${app.origin}${path}?${text}` })
      expect([200, 302, 400]).toContain(status)
      if (status === 302) expect(headers.location?.startsWith(`${holder.peer.url}/authorize?`)).toBe(true)
      else expect(headers['content-type']).toBe('text/html; charset=utf-8')
    }),
    runs(150),
  )
})
