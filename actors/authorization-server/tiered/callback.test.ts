import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import { startCommunity } from '../../fixture-community.ts'
import { authorizationUrl, type Holder, Provider, startHolder, Visitor, type Wrong } from './fixture.ts'

const bed = new Bed()
let idp: Provider
let holder: Holder

beforeAll(async () => {
  const community = await startCommunity(bed)
  idp = await new Provider().start(bed, 'idp', community)
  const more = { with: { tiered: { onFailure: 'other-idp' as const }, users: ['ben'] } }
  holder = await startHolder(bed, community, { idp: idp.url }, more)
})
afterAll(() => bed.close())
beforeEach(() => idp.forget())

const start = (browser: Visitor) => browser.open(authorizationUrl(holder, idp.url))
/** Until the provider has sent the browser back; what it brings is not yet sent. */
async function brought(browser: Visitor): Promise<string> {
  idp.wrong = { hold: true }
  const { answer } = await browser.open(authorizationUrl(holder, idp.url))
  return answer.text
}

describe.each<[string, Wrong['response'], string]>([
  ['another state', { state: 'another' }, 'server_error'],
  ['no state', { state: undefined }, 'server_error'],
  ['the state of the app', { state: 'state-of-the-app' }, 'server_error'],
  ['another state and an error', { state: 'another', code: undefined, error: 'x' }, 'server_error'],
  ['an error', { code: undefined, error: 'access_denied' }, 'access_denied'],
  ['an error of its own', { code: undefined, error: 'temporarily_unavailable' }, 'access_denied'],
])('a provider that sends the person back with %s', (_name, response, error) => {
  it(`ends the sign-in: the app hears ${error}`, async () => {
    idp.wrong = { response }
    const { parameters } = await start(new Visitor(bed))
    expect(parameters).toMatchObject({ error, state: 'state-of-the-app' })
    expect(idp.exchanged).toEqual([])
  })
})

describe.each<[string, Wrong['response']]>([
  ['another iss', { iss: 'https://somebody-else.example' }],
  ['no code', { code: undefined }],
])('a provider that sends the person back with %s', (_name, response) => {
  it('is one that cannot be used', async () => {
    idp.wrong = { response }
    expect(await start(new Visitor(bed))).toMatchObject({ heading: 'Choose how to sign in' })
    expect(idp.exchanged).toEqual([])
  })
})

it('a provider need not say who it is', async () => {
  idp.wrong = { response: { iss: undefined } }
  expect(await start(new Visitor(bed))).toMatchObject({ heading: 'Allow access?' })
})

it('a person whom nobody knows is not offered another way in', async () => {
  idp.wrong = { claims: { sub: 'a stranger' } }
  const { parameters } = await start(new Visitor(bed))
  expect(parameters).toMatchObject({ error: 'access_denied', state: 'state-of-the-app' })
})

it('a parameter that comes twice is as wrong as another one', async () => {
  const browser = new Visitor(bed)
  const url = await brought(browser)
  const { parameters } = await browser.open(`${url}&state=another`)
  expect(parameters).toMatchObject({ error: 'server_error' })
})

it('what one browser brought back is worth nothing in another one, and still good in its own', async () => {
  const [mine, theirs] = [new Visitor(bed), new Visitor(bed)]
  const url = await brought(mine)
  const stranger = await theirs.open(url)
  expect(stranger).toMatchObject({ status: 400, heading: 'Something went wrong' })
  await brought(theirs)
  const { parameters } = await theirs.open(url)
  expect(parameters).toMatchObject({ error: 'server_error' })
  expect(await mine.open(url)).toMatchObject({ heading: 'Allow access?' })
})

it('is good once', async () => {
  const browser = new Visitor(bed)
  const url = await brought(browser)
  expect(await browser.open(url)).toMatchObject({ heading: 'Allow access?' })
  expect(await browser.open(url)).toMatchObject({ status: 400, heading: 'Something went wrong' })
  expect(idp.exchanged.length).toBe(1)
})

it('two tabs are two sign-ins', async () => {
  const browser = new Visitor(bed)
  const first = await brought(browser)
  const second = await brought(browser)
  expect(await browser.open(first)).toMatchObject({ heading: 'Allow access?' })
  expect(await browser.open(second)).toMatchObject({ heading: 'Allow access?' })
})

it('comes too late after ten minutes', async () => {
  const browser = new Visitor(bed)
  const url = await brought(browser)
  await holder.actor.setClock(601_000)
  expect(await browser.open(url)).toMatchObject({ status: 400, heading: 'Something went wrong' })
  await holder.actor.setClock(0)
})

it.each(['', '?', '?state', '?state=x&code=y', '?%ff=%00', `?state=${'x'.repeat(10_000)}`])(
  'from nowhere, %s is answered by a page',
  async (query) => {
    const { status, headers } = await holder.call({ path: `/callback${query}` })
    expect(status).toBe(400)
    expect(headers['content-type']).toContain('text/html')
    expect(headers['cache-control']).toBe('no-store')
  },
)

it('without tiered OAuth there is nothing to come back to', async () => {
  const inner = bed.inner()
  const community = await startCommunity(inner, 'west')
  const plain = await startHolder(inner, community, {}, { without: 'tiered' })
  expect((await plain.call({ path: '/callback?state=x' })).status).toBe(404)
  const page = await new Visitor(inner).open(authorizationUrl(plain, idp.url))
  expect(page).toMatchObject({ heading: 'Sign in' })
  await inner.close()
})
