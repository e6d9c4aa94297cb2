import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import type { Credential } from '../actor.ts'
import {
  B2B,
  CLIENT_URI,
  registered,
  requestToken,
  type Server,
  signAssertion,
} from '../authorization-server/fixture.ts'
import { startDataHolder } from '../data-holder/fixture.ts'
import { contextOf } from '../fixture.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import { intermediary } from './actor.ts'
import { With } from './with.ts'

const TREAT = 'urn:oid:2.16.840.1.113883.5.8#TREAT'
const HPAYMT = 'urn:oid:2.16.840.1.113883.5.8#HPAYMT'
const HMARKT = 'urn:oid:2.16.840.1.113883.5.8#HMARKT'

const bed = new Bed()
let community: Community
let client: Credential
let holder: Server
beforeAll(async () => {
  community = await startCommunity(bed)
  client = await community.issue([CLIENT_URI])
  const policy = { revocation: 'off', purposesOfUse: [TREAT, HPAYMT] }
  holder = await startDataHolder(bed, { community, context: { policy } })
})
afterAll(() => bed.close())

async function start(behind: Server = holder, trusts = community): Promise<Server> {
  const place = await bed.open('between', intermediary)
  const url = `https://between-c1.localhost:${place.port}`
  const endpoints = Object.fromEntries(
    Object.entries(intermediary.endpoints).map(([name, path]) => [name, url + path]),
  )
  const actor = await place.start(
    contextOf('between', {
      kind: 'intermediary',
      url,
      peers: {
        between: { kind: 'intermediary', url, endpoints, links: { behind: 'holder' } },
        holder: { kind: 'data-holder', url: behind.url, endpoints: {}, links: {} },
      },
      credentials: [await community.issue([url], 'between')],
      anchors: [{ community: trusts.uri, certificates: [trusts.root, community.root] }],
      keys: [await keyFor('server')],
      tls: await bed.tls(['between-c1.localhost']),
      policy: { revocation: 'off' },
    }),
    Value.Parse(With, Value.Default(With, {})),
  )
  return { actor, url, call: ({ path, ...request }) => bed.call({ ...request, url: url + path }) }
}

const SCOPE = 'system/Patient.rs'
async function tokenOf(server: Server, purpose = TREAT, scope = SCOPE): Promise<string> {
  const id = await registered(server, client, `${SCOPE} system/Observation.rs`)
  const object = { ...B2B, organization_name: 'Payer', purpose_of_use: [purpose] }
  const claims = { extensions: { 'hl7-b2b': object, 'x-other': { kept: true } } }
  const answer = await requestToken(server, await signAssertion(server, client, id, { claims }), { scope })
  return String((answer.json() as JsonObject).access_token)
}
const get = async (server: Server, path: string, token: string) =>
  server.call({ path, headers: { authorization: `Bearer ${token}` } })

/** What it asked behind since the last time, as `GET /Patient`. */
function asked() {
  let seen = 0
  return async () => {
    const halves = (await bed.halves()).filter(
      ({ actor, side, request }) =>
        actor === 'between' && side === 'client' && request?.url.startsWith(holder.url),
    )
    const fresh = halves.slice(seen)
    seen = halves.length
    return fresh
  }
}
const words = (halves: Awaited<ReturnType<ReturnType<typeof asked>>>) =>
  halves.map(({ request }) => `${request?.method} ${new URL(request?.url ?? '').pathname}`)

describe('for who has a token of it', () => {
  it('registers behind once, and asks with a token for the same purpose', async () => {
    const server = await start()
    const since = asked()
    await since()
    const treatment = await tokenOf(server)
    const [one, two] = await Promise.all([
      get(server, '/Patient?_count=1', treatment),
      get(server, '/Patient/p1', treatment),
    ])
    expect(one.json()).toMatchObject({ resourceType: 'Bundle', total: 2 })
    expect(two.json()).toMatchObject({ resourceType: 'Patient', id: 'p1' })
    const first = await since()
    expect(words(first).filter((one) => one === 'POST /register')).toHaveLength(1)
    const form = new URLSearchParams(
      first.find(({ request }) => request?.url.endsWith('/token'))?.request?.body,
    )
    expect(decodeJwt(form.get('client_assertion') ?? '')?.claims.extensions).toEqual({
      'hl7-b2b': { ...B2B, organization_name: 'Payer', purpose_of_use: [TREAT] },
      'x-other': { kept: true },
    })
    expect(form.get('scope')).toBe(SCOPE)

    expect((await get(server, '/Patient/p1', treatment)).status).toBe(200)
    expect(words(await since())).toEqual(['GET /Patient/p1'])
    const payment = await tokenOf(server, HPAYMT)
    expect((await get(server, '/Patient/p2', payment)).status).toBe(200)
    expect(words(await since())).toEqual(['POST /token', 'GET /Patient/p2'])
  })

  it('gives links that lead to itself, and the questions by POST as they came', async () => {
    const server = await start()
    const authorization = `Bearer ${await tokenOf(server)}`
    const bundle = (await get(server, '/Patient?_count=1', authorization.slice(7))).json() as unknown as {
      link: { url: string }[]
      entry: { fullUrl: string }[]
    }
    for (const url of [...bundle.link.map((one) => one.url), ...bundle.entry.map((one) => one.fullUrl)])
      expect(url.startsWith(`${server.url}/Patient`)).toBe(true)
    const searched = await server.call({
      method: 'POST',
      path: '/Patient/_search',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'family=Okafor',
    })
    expect(searched.json()).toMatchObject({ total: 1, entry: [{ resource: { id: 'p2' } }] })
    const patient = { resourceType: 'Patient', name: [{ family: 'Rivera', given: ['Ana'] }] }
    const matched = await server.call({
      method: 'POST',
      path: '/Patient/$match',
      headers: { authorization, 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Parameters',
        parameter: [{ name: 'resource', resource: patient }],
      }),
    })
    expect(matched.json()).toMatchObject({ total: 1, entry: [{ resource: { id: 'p1' } }] })
  })

  it('says what the server behind says', async () => {
    const server = await start()
    expect((await get(server, '/Patient/p9', await tokenOf(server))).status).toBe(404)
    expect((await get(server, '/Patient?birthdate=x', await tokenOf(server))).status).toBe(400)
    const purpose = await get(server, '/Patient/p1', await tokenOf(server, HMARKT))
    expect(purpose.status).toBe(403)
    expect(purpose.text).toContain('it gave no token for this (invalid_grant)')
  })

  it('asks once more with a new token when the one that it has is not taken', async () => {
    const server = await start()
    const token = await tokenOf(server)
    const since = asked()
    const id = await holder.actor.arm([{ inject: 'access-token/expired' }])
    await since()
    expect((await get(server, '/Patient/p1', token)).status).toBe(502)
    const again = ['POST /token', 'GET /Patient/p1']
    expect(words(await since()).slice(-4)).toEqual([...again, ...again])
    await holder.actor.disarm(id)
    expect((await get(server, '/Patient/p1', token)).status).toBe(200)
    expect(words(await since())).toEqual(['GET /Patient/p1', ...again])
  })
})

it('lets nobody in without a token of its own that allows it', async () => {
  const server = await start()
  const since = asked()
  await since()
  expect((await server.call({ path: '/Patient/p1' })).status).toBe(401)
  expect((await get(server, '/Patient/p1', await tokenOf(holder))).status).toBe(401)
  expect((await get(server, '/Observation', await tokenOf(server))).status).toBe(403)
  expect((await get(server, '/Organization', await tokenOf(server))).status).toBe(404)
  expect(words(await since())).toEqual([])
})

it('goes no further when it cannot believe the server behind, and tries again', async () => {
  const server = await start()
  const token = await tokenOf(server)
  const id = await holder.actor.arm([{ inject: 'signed-metadata/other-key' }])
  const stopped = await get(server, '/Patient/p1', token)
  await holder.actor.disarm(id)
  expect(stopped.status).toBe(502)
  expect(stopped.json()).toMatchObject({ resourceType: 'OperationOutcome' })
  const then = await get(server, '/Patient/p1', token)
  expect(then.text).toContain('Ana')
})

it('has no two checks and no two faults of one name', () => {
  for (const list of [intermediary.checks, intermediary.faults]) {
    const names = list.map(({ name }) => name)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  }
})

it('answers whatever is asked, and never with a 5xx', async () => {
  const server = await start()
  const authorization = `Bearer ${await tokenOf(server)}`
  const path = fc.oneof(
    fc.webPath().map((one) => `/Patient${one}`),
    fc.webQueryParameters().map((one) => `/Patient?${one}`),
    fc.string().map((one) => `/Patient/${encodeURIComponent(one)}`),
    fc.constantFrom('/Patient/..%2fregister', '/Patient/%2e%2e', '/Patient/_search', '/Patient/$match'),
  )
  const method = fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE')
  const type = fc.constantFrom('application/fhir+json', 'application/x-www-form-urlencoded')
  const property = fc.asyncProperty(method, path, type, fc.string(), async (verb, to, contentType, body) => {
    const headers = { authorization, 'content-type': contentType }
    const sent = verb === 'POST' ? { body } : {}
    const { status } = await server.call({ method: verb, path: to, headers, ...sent })
    expect(status, `${verb} ${to}`).toBeLessThan(500)
  })
  await fc.assert(property, runs(50))
})
