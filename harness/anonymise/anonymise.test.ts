/** A run with real systems, as a folder holds it, and what is left of them in the copy for others. */
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Authority, authority, type Leaf, leafOf, Web } from '../../certs/fixture-pki.ts'
import type { RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { Result } from '../result.ts'
import { readStage, readTrace, writeDocument } from '../trace/files.ts'
import type { HalfHop } from '../trace/trace.ts'
import { Aliases } from './aliases.ts'
import { Finder } from './finder.ts'
import { copyFor } from './folder.ts'
import { membersOf, rewriteMessage } from './message.ts'
import { inPrivate } from './private.ts'
import { Rewriter } from './rewriter.ts'

const HOST = 'fhir.mercyclinic.org'
const BASE = `https://${HOST}/tenants/5b1f0c2e-77aa-4f0a-9d51-3f2d8c1b7e90/r4`
const AUTH = 'https://login.mercyclinic.org:8443'
const APP = 'https://app.brightpath.health'
const NAME = 'Mercy Clinic of Springfield'
const CLIENT = 'cl-77f0a1b2c3d4'
const KID = 'mercy-2026-kid'
const secrets = [
  'mercyclinic',
  'mercy clinic',
  'brightpath',
  'mercy-2026',
  CLIENT,
  '5b1f0c2e-77aa',
  'jane.roe',
  'hunter2horse',
  'rosalind',
  'tok_9f8e7d6c5b4a',
  '203.0.113.77',
  'registry of mercy',
  '0b:ad:ca:fe',
]

const raw = mkdtempSync(join(tmpdir(), 'anonymise-raw-'))
const to = mkdtempSync(join(tmpdir(), 'anonymise-to-'))
let ca: Authority
let leaf: Leaf
let own: { ca: Authority; leaf: Leaf }
let written: Awaited<ReturnType<typeof copyFor>>

const encode = (value: Json | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const jwt = (claims: JsonObject, header: JsonObject) =>
  `${encode({ alg: 'ES256', ...header })}.${encode(claims)}.${'c2ln'.repeat(20)}`

let seq = 0
function half(over: Partial<HalfHop>): HalfHop {
  seq++
  return {
    id: seq.toString(16).padStart(16, '0'),
    side: 'client',
    actor: 'app',
    seq,
    case: 'c1',
    step: 'discover',
    bytes: { out: 0, in: 0 },
    clockOffsetMs: 0,
    startedAt: '2026-11-22T10:00:00.000Z',
    ms: 1,
    ...over,
  }
}
const get = (url: string, headers = {}): RequestMessage => ({ method: 'GET', url, headers, body: '' })
const json = (body: Json, status = 200, headers = {}): ResponseMessage => ({
  status,
  headers: { 'content-type': 'application/json', server: 'MercyFHIR/7.1 (Mercy Clinic)', ...headers },
  body: JSON.stringify(body),
})

beforeAll(async () => {
  ca = await authority(new Web(), `Registry of Mercy Root`)
  leaf = await leafOf(ca, { uris: [BASE], name: NAME })
  // As those are named that the testbed issued.
  const other = await leafOf(ca, { uris: [BASE], name: BASE })
  own = { ca: await authority(new Web(), 'ca'), leaf: undefined as never }
  own.leaf = await leafOf(own.ca, { uris: ['https://app-c1.localhost:4000'], name: 'app' })
  const at = { file: 'a.yaml', line: 1, column: 1 }
  const actor = (name: string, kind: string, more: object) => ({
    name,
    kind,
    spec: '2.0.0',
    trusts: [],
    certificates: [],
    with: {},
    policy: {},
    faults: [],
    links: {},
    at,
    ...more,
  })
  const outside = {
    anchors: [ca.base64],
    community: 'urn:mercyclinic:community',
    facts: {},
    allowFaults: false,
  }
  await writeDocument(raw, 'plan', {
    plan: 1,
    cases: [
      {
        id: 'c1',
        name: 'A case',
        at,
        tags: [],
        seed: '0',
        actors: [
          actor('holder', 'data-holder', { place: { url: BASE }, outside }),
          actor('guest', 'client-app', {
            place: { await: { url: APP } },
            outside: { ...outside, anchors: [] },
          }),
          actor('app', 'client-app', { place: 'in-process' }),
        ],
        steps: [],
      },
    ],
  })
  const staged = (kind: string, url: string, more = {}) => ({
    kind,
    place: url,
    url,
    spec: '2.0.0',
    endpoints: { metadata: `${url}/.well-known/udap` },
    links: {},
    anchors: {},
    policy: {},
    facts: {},
    ...more,
  })
  const issued = [
    { actor: 'app', community: 'urn:c', from: 'ca', serial: own.leaf.serial(), chain: [own.leaf.base64] },
  ]
  await writeDocument(raw, 'stage', {
    stage: 1,
    testbed: { version: '0', node: '24' },
    digests: {},
    cases: [
      {
        case: 'c1',
        seed: '0',
        startedAt: '2026-11-22T10:00:00.000Z',
        clockOffsetMs: 0,
        clockChanges: [],
        actors: {
          holder: staged('data-holder', BASE),
          guest: staged('client-app', APP),
          app: staged('client-app', 'https://app-c1.localhost:4000', {
            place: 'in-process',
            anchors: { 'urn:c': [own.ca.base64], 'urn:mercyclinic:community': [ca.base64] },
          }),
        },
        issued,
        revoked: [],
        steps: [],
        faults: [],
        ms: 1,
        broke: { message: `connect ECONNREFUSED 203.0.113.77:443 at ${HOST}` },
      },
    ],
  })
  await writeDocument(raw, 'result', {
    result: 1,
    note: `saw https://login.mercyclinic.org:8443/token?x=${encode(`see ${BASE}`)}`,
  })
  const statement = jwt(
    { iss: BASE, token_endpoint: `${AUTH}/oauth2/token` },
    { x5c: [leaf.base64, ca.base64, other.base64], kid: KID },
  )
  const assertion = jwt(
    { iss: CLIENT, aud: `${AUTH}/oauth2/token`, extensions: { inner: encode({ deep: encode(BASE) }) } },
    { x5c: [own.leaf.base64] },
  )
  const halves = [
    half({
      from: 'app',
      to: 'holder',
      tls: { version: 'TLSv1.3', peer: '0B:AD:CA:FE:77' },
      request: get(`${BASE}/.well-known/udap?community=urn%3Amercyclinic%3Acommunity`, { host: HOST }),
      response: json({
        token_endpoint: `${AUTH}/oauth2/token`,
        signed_metadata: statement,
        udap_versions_supported: ['1'],
      }),
      decoded: {
        response: {
          body: {
            signed_metadata: {
              jwt: {
                header: {
                  x5c: [
                    {
                      subject: `C=US, O=${NAME}, CN=HHS`,
                      issuer: 'CN=x',
                      serial: leaf.serial(),
                      uris: [BASE],
                      ca: false,
                    },
                  ],
                },
              },
            },
          },
        },
      },
    }),
    half({
      from: 'app',
      to: 'holder',
      request: {
        method: 'POST',
        url: `${AUTH}/register`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ udap: '1', software_statement: assertion }),
      },
      response: json({ client_id: CLIENT, client_name: 'app', organization_name: NAME }, 201, {
        'set-cookie': `MercySession=${encode(BASE)}`,
      }),
    }),
    half({
      from: 'app',
      to: 'holder',
      request: {
        method: 'POST',
        url: `${AUTH}/login`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `username=jane.roe&password=hunter2horse&client_id=${CLIENT}&redirect_uri=${encodeURIComponent(`${AUTH}/cb?next=${encodeURIComponent(BASE)}`)}`,
      },
      response: {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: `<h1>Welcome to ${NAME}, Rosalind</h1>`,
      },
    }),
    half({
      from: 'app',
      to: 'holder',
      request: get(`${BASE}/Patient?name=Rosalind&_count=1`, { authorization: 'Bearer tok_9f8e7d6c5b4a' }),
      response: json({
        resourceType: 'Bundle',
        total: 1,
        entry: [
          {
            fullUrl: `${BASE}/Patient/1`,
            resource: { resourceType: 'Patient', name: [{ given: ['Rosalind'] }] },
          },
        ],
      }),
    }),
    half({
      from: 'app',
      request: get(`http://crl.mercyclinic.org/root.crl`),
      response: {
        status: 200,
        headers: { 'content-type': 'application/pkix-crl' },
        body: ca.crl().toString('base64'),
        encoding: 'base64',
      },
      error: { code: 'ETIMEDOUT', phase: 'connect', message: 'connect ETIMEDOUT 203.0.113.77:80' },
    }),
    // A client under test, which the testbed cannot name at the wire.
    half({
      side: 'server',
      actor: 'app',
      to: 'app',
      request: get(`https://app-c1.localhost:4000/cb?state=${encode(APP)}&iss=${encodeURIComponent(AUTH)}`, {
        'user-agent': 'BrightPath/3',
        'x-forwarded-for': '203.0.113.77',
      }),
      response: json({ error_description: `no client at ${APP.toUpperCase()}` }, 400),
    }),
    // Between two of ours, about somebody else.
    half({
      from: 'app',
      to: 'app',
      request: {
        method: 'POST',
        url: 'https://app-c1.localhost:4000/x',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'username=ana&password=hunter2horse',
      },
      response: json({ pem: new X509Certificate(leaf.certificate).toString(), assertion }, 200, {
        server: 'ours',
      }),
    }),
  ]
  writeFileSync(join(raw, 'trace.jsonl'), halves.map((one) => `${JSON.stringify(one)}\n`).join(''))
  const result = JSON.parse(readFileSync(join(raw, 'result.json'), 'utf8')) as JsonObject
  const { note, ...rest } = result
  writeFileSync(join(raw, 'result.json'), JSON.stringify(rest))
  written = await copyFor(raw, to, resultWith(String(note)))
})

/** The smallest that there is, with a text in it. */
const resultWith = (reason: string): Result => ({
  result: 1,
  summary: {
    cases: 1,
    passed: 0,
    failed: 0,
    skipped: 1,
    errored: 0,
    flaky: 0,
    steps: 0,
    hops: 0,
    rules: { met: 0, broken: 0, warned: 0, used: 0, unused: 0, provoked: 0, untouched: 0 },
  },
  cases: [
    {
      id: 'c1',
      name: 'A case',
      file: 'a.yaml',
      line: 1,
      verdict: 'skipped',
      reason,
      attempts: 1,
      steps: [],
      hops: [],
      rules: [],
      idle: [],
      unobserved: [],
      ms: 1,
    },
  ],
  requirements: {},
})

afterAll(() => {
  for (const folder of [raw, to]) rmSync(folder, { recursive: true, force: true })
})

/** All that a text holds: as it is, with percent signs decoded, and every run of base64 read from each offset. */
function* layers(text: string, depth = 0): Generator<string> {
  yield text.replaceAll('\0', '')
  if (depth > 5) return
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  if (decoded !== text) yield* layers(decoded, depth + 1)
  for (const [run] of text.replaceAll('\\n', '').matchAll(/[A-Za-z0-9+/_-]{8,}/g))
    for (let offset = 0; offset < 4; offset++) {
      const inner = Buffer.from(run.slice(offset), 'base64').toString('latin1')
      // What is read from the wrong offset holds no run of its own.
      yield* layers(inner, /^[\x20-\x7e\s]+$/.test(inner) ? depth + 1 : 9)
    }
}

function found(folder: string, needles: string[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const left = new Set<string>()
  for (const { parentPath, name } of files)
    for (const layer of layers(readFileSync(join(parentPath, name), 'latin1')))
      for (const needle of needles)
        if (layer.toLowerCase().includes(needle.toLowerCase())) left.add(`${name}: ${needle}`)
  return [...left]
}

test('nothing real is left at any level of encoding: no host, name, certificate, id', () => {
  const bytes = [leaf.certificate, ca.certificate].flatMap((der) =>
    [20, 80, der.length - 60].map((at) =>
      der
        .subarray(at, at + 24)
        .toString('latin1')
        .replaceAll('\0', ''),
    ),
  )
  expect(found(raw, [...secrets, ...bytes]).length).toBeGreaterThan(secrets.length)
  expect(found(to, [...secrets, ...bytes])).toEqual([])
})

const wrappings: Record<string, (text: string) => string> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: encode,
  percent: encodeURIComponent,
  json: (text) => JSON.stringify({ list: [text] }),
  jwt: (text) => jwt({ claim: text }, { kid: text }),
  form: (text) => `a=1&b=${encodeURIComponent(text)}`,
  url: (text) => `https://app-c1.localhost:4000/x?y=${encodeURIComponent(text)}#z`,
  sentence: (text) => `it said "${text}", and no more.`,
}

test('however a value is wrapped, it is found and replaced', () => {
  const rewriter = new Rewriter(new Aliases([]), new Set())
  rewriter.aliases.host(HOST)
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(wrappings)), { maxLength: 4 }), (names) => {
      const wrapped = names.reduce((text, name) => wrappings[name]!(text), BASE)
      const left = [...layers(rewriter.text(wrapped))].filter((layer) => layer.includes('mercyclinic'))
      expect(left).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('of a person nothing is left, however short', () => {
  const claims = {
    sub: '12',
    name: 'Li Ng',
    family_name: 'Roe',
    birthdate: '1984-03-12',
    phone_number: '+1 555 0100',
    address: { locality: 'Springfield', postal_code: '62704', formatted: 'Elm St\nSpringfield' },
    mrn: '0042',
    fhirUser: `https://${HOST}/Patient/778`,
  }
  const message = json({ id_token: jwt(claims, {}), patient: '7' }, 200, {
    location: `https://${HOST}/Observation/9/_history/1`,
  })
  const aliases = new Aliases([])
  const finder = new Finder(aliases, new Set())
  finder.json(message as unknown as Json)
  finder.members(membersOf(message) ?? null, true)
  const shown = rewriteMessage(message, true, new Rewriter(aliases, new Set()))
  const { id_token, patient } = JSON.parse(shown.body) as Record<string, string>
  const said = Buffer.from(id_token!.split('.')[1]!, 'base64url').toString()
  expect(said).not.toMatch(/12|Li|Ng|Roe|1984|555|Springfield|627|Elm|42|778/)
  expect(patient).toMatch(/^id-/)
  expect(shown.headers.location).toMatch(
    /^https:\/\/host-1\.elsewhere\.example\/Observation\/id-\d+\/_history\/1$/,
  )
})

test('the same value has the same alias, and what readers need stays', async () => {
  const [discovery, registration, login, search, crl, callback] = await readTrace(to)
  const url = new URL(discovery!.request!.url)
  expect(url.hostname).toBe('holder.elsewhere.example')
  expect(url.pathname).toMatch(
    /^\/tenants\/id-\d+\/r4\/\.well-known\/udap$|^\/id-\d+\/id-\d+\/r4\/\.well-known\/udap$/,
  )
  const metadata = JSON.parse(discovery!.response!.body)
  const [, claims = ''] = metadata.signed_metadata.split('.')
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).token_endpoint).toBe(metadata.token_endpoint)
  expect(new URL(registration!.request!.url).host).toBe(new URL(metadata.token_endpoint).host)
  const { client_id } = JSON.parse(registration!.response!.body)
  expect(login!.request!.body).toContain(`client_id=${client_id}`)
  expect(JSON.parse(search!.response!.body)).toMatchObject({ resourceType: 'Bundle', total: 1 })
  expect(discovery!.decoded).toMatchObject({
    response: {
      body: {
        signed_metadata: {
          jwt: { header: { x5c: [{ ca: false }, 'not a certificate', 'not a certificate'] } },
        },
      },
    },
  })
  expect(crl!.error).toMatchObject({ code: 'ETIMEDOUT', phase: 'connect' })
  expect(callback!.request!.headers['user-agent']).toBe('…')
  // Our own certificate tells nothing of others.
  expect(readFileSync(join(to, 'stage.json'), 'utf8')).toContain(own.leaf.base64)
})

test('it is marked, nobody else may read the evidence, and texts about it can be written too', async () => {
  expect(await readStage(to)).toMatchObject({ anonymised: true })
  expect(statSync(join(to, 'trace.jsonl')).mode & 0o077).toBe(0)
  expect(written.text(`--actor holder=${BASE}`)).toMatch(
    /^--actor holder=https:\/\/holder\.elsewhere\.example\//,
  )
})

test("a private folder is its owner's alone, and is gone when its work failed", async () => {
  let path = ''
  const failing = inPrivate(async (folder) => {
    path = folder
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    writeFileSync(join(folder, 'real'), BASE)
    throw new Error('broke')
  })
  await expect(failing).rejects.toThrow('broke')
  expect(() => statSync(path)).toThrow('ENOENT')
})
