/** Who asked, where only the one who answered recorded it; and what nobody can judge. */
import { expect, test } from 'vitest'
import type { Json } from '../../wire/json.ts'
import type { StageActor } from '../trace/trace.ts'
import { endpoints, evidence, fakeJwt, type HopSketch, origins } from './fixture.ts'
import { hopsOf } from './hops.ts'
import { judge } from './judge.ts'
import { rules } from './rules/index.ts'

const waits: Partial<StageActor> = { place: 'await', kind: 'client-app' }
const APP = 'https://app-c1.example'

interface Sketch {
  hops: HopSketch[]
  actors?: Record<string, Partial<StageActor>>
  expect?: Record<string, Json>[]
  /** Index of the hop that is the answer; none when there is no such hop. */
  answer?: number
}

/** One step whose hops only those recorded who are here. */
function judged({ hops, actors = { app: waits }, expect: expected = [], answer = 0 }: Sketch) {
  const run = evidence({ steps: [{ id: 'all', hops, answer, expect: expected as never }], actors })
  const away = (name: string | undefined) => {
    const { place = 'in-process' } = actors[name ?? ''] ?? {}
    return place === 'await' || URL.canParse(place)
  }
  run.trace = run.trace
    .filter(({ actor }) => !away(actor))
    .map((half) => {
      const { from, ...rest } = half
      return from !== undefined && !away(from) ? half : rest
    })
  run.plan.cases[0]!.steps[0]!.awaits = 'answer'
  return judge(run, rules).cases[0]!
}
const fromOf = (sketch: Sketch) => judged(sketch).hops.map(({ from, inferred }) => [from, inferred])

const form = (fields: Record<string, string>): Partial<HopSketch> => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})
const registers = (iss: string, client_id: string): HopSketch => ({
  url: endpoints.registration,
  body: { software_statement: fakeJwt({ iss, redirect_uris: [`${iss}/back`] }), udap: '1' },
  response: { status: 201, body: { client_id } },
})
const asksForToken = (client_id: string): HopSketch => ({
  url: endpoints.token,
  ...form({ grant_type: 'client_credentials', client_assertion: fakeJwt({ iss: client_id }) }),
  response: { status: 200, body: { access_token: `token-of-${client_id}` } },
})
const metadata: HopSketch = { to: 'fhir', url: endpoints.metadata, response: { status: 200, body: {} } }

test('the only one elsewhere who can ask this', () => {
  expect(fromOf({ hops: [metadata] })).toEqual([['app', true]])
  const person = { place: 'await', kind: 'user' }
  expect(fromOf({ hops: [metadata], actors: { app: waits, ana: person } })).toEqual([['app', true]])
  expect(fromOf({ hops: [metadata], actors: { ana: person } })).toEqual([['app', undefined]])
})

test('of two apps the one whom the statement, the client_id or the token is of', () => {
  const other = { ...waits, url: 'https://other.example' }
  const actors = { app: waits, other }
  const read: HopSketch = {
    to: 'fhir',
    url: `${endpoints.fhir}/Patient`,
    headers: { authorization: 'Bearer token-of-two' },
    response: { status: 200, body: {} },
  }
  const hops = [metadata, registers(APP, 'one'), registers(other.url, 'two'), asksForToken('two'), read]
  expect(fromOf({ hops, actors })).toEqual([
    [undefined, undefined],
    ['app', true],
    ['other', true],
    ['other', true],
    ['other', true],
  ])
})

test('where browsers are sent back to is the app that registered so', () => {
  const back: HopSketch = { from: 'ana', to: 'app', url: `${APP}/back?code=x&state=y`, sides: ['client'] }
  const actors = { app: { ...waits, url: 'https://unknown.localhost' }, ana: { kind: 'user' } }
  const { hops } = judged({ hops: [registers(APP, 'one'), back], actors })
  expect(hops[1]).toMatchObject({ from: 'ana', to: 'app', class: 'callback' })
})

test('what a client under test sends is judged as what ours send', () => {
  const bad = registers(APP, 'one')
  const body = { software_statement: fakeJwt({ iss: APP, sub: APP, grant_types: [], scope: 'x' }) }
  const { rules: ruled } = judged({ hops: [{ ...bad, body, response: { status: 201, body: {} } }] })
  expect(ruled.find(({ id }) => id === 'reg-012')?.findings).toMatchObject([
    { actor: 'app', verdict: 'broken' },
  ])
})

test('an endpoint at another host is of whom testbed.yaml or the metadata says it is of', () => {
  const login = 'https://login.vendor.example'
  const token_endpoint = `${login}/token`
  const as = { place: origins.as, endpoints: { registration: `${login}/register` } }
  const fhir = { place: endpoints.fhir, links: { tokensFrom: 'as' } }
  const published = {
    to: 'fhir',
    url: endpoints.metadata,
    response: { status: 200, body: { token_endpoint } },
  }
  const hops: HopSketch[] = [
    { ...asksForToken('one'), url: token_endpoint },
    published,
    { ...registers(APP, 'one'), url: `${login}/register` },
    { ...asksForToken('one'), url: token_endpoint },
    { url: `${login}/other` },
  ].map((hop) => ({ ...hop, sides: ['client'] }))
  const { trace, stage } = evidence({ steps: [{ id: 'all', hops }], actors: { as, fhir } })
  const halves = trace.map(({ to, ...half }) =>
    half.request?.url.startsWith(login) ? half : { to: to!, ...half },
  )
  const found = hopsOf(halves, stage.cases[0]!.actors)
  expect(found.map(({ to, roles }) => [to, roles.to])).toEqual([
    [undefined, expect.anything()],
    ['fhir', 'resource-holder'],
    ['as', 'authorization-server'],
    ['as', 'authorization-server'],
    [undefined, expect.anything()],
  ])
})

const elsewhere = (url: string) => ({ place: url })

test.each<[string, Record<string, Json>, string | undefined]>([
  ['a hop between two elsewhere', { hop: { from: 'app', to: 'as' } }, 'neither app nor as is observed'],
  ['no hop between two elsewhere', { noHop: { from: 'app', to: 'as' } }, 'neither app nor as is observed'],
  [
    'revocation',
    { hop: { from: 'app', to: 'ca', class: 'ocsp' } },
    'whether app asks for it now is its own affair',
  ],
  ['how many in all', { hop: { times: 9 } }, 'how often as asks is its own affair'],
  ['what it was answered', { status: 201 }, 'what app was answered is not seen from here'],
  ['its own checks', { stopped: { check: 'x' } }, 'what app makes of it shows in what it does next'],
  [
    'those in an order that are seen',
    {
      hops: [
        { from: 'app', to: 'fhir' },
        { from: 'app', to: 'ca', class: 'crl' },
      ],
    },
    'whether app asks for it now is its own affair',
  ],
  ['a hop that one end would have seen', { hop: { from: 'app', to: 'fhir', class: 'token' } }, undefined],
])('%s: not judged', (_, expected, why) => {
  const run = {
    hops: [metadata],
    actors: { app: waits, as: elsewhere(origins.as) },
    expect: [expected],
    answer: 'status' in expected ? 9 : 0,
  }
  const [step] = judged(run).steps
  const [one] = step!.expectations
  if (why === undefined) expect(one!.verdict).toBe('broken')
  else expect(one).toMatchObject({ verdict: 'unjudged', seen: `not judged: ${why}` })
  expect(step!.verdict).toBe(why === undefined ? 'failed' : 'passed')
})
