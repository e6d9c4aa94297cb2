/** The client suite of Inferno's UDAP kit: its simulated server, and what it holds against our client app. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Peer, StartedActor } from '../../actors/actor.ts'
import { type ClientOptions, startClient } from '../../actors/client-app/fixture.ts'
import { parametersOf } from '../../actors/fixture.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { type Community, startCommunity } from '../../actors/fixture-community.ts'
import { toPem } from '../../certs/tls.ts'
import type { JsonObject } from '../../wire/json.ts'
import { cli, readRun, temporaryFolder } from '../cli.ts'
import { type InfernoMock, startInfernoMock } from './inferno-mock.ts'

const bed = new Bed()
/** Of one test. */
const clients = bed.inner()
let ours: Community
let inferno: InfernoMock

beforeAll(async () => {
  ours = await startCommunity(bed)
  inferno = await startInfernoMock(bed)
})
afterAll(() => bed.close())
beforeEach(() => void inferno.errors.splice(0))
afterEach(() => clients.close())

async function start(policy: JsonObject, more: Partial<ClientOptions> = {}) {
  const fhir: Peer = { kind: 'data-holder', url: inferno.fhir, endpoints: {}, links: {} }
  const client = await startClient(clients, {
    peers: { fhir },
    communities: [ours],
    trusts: [ours, { ...ours, uri: 'urn:example:inferno', root: inferno.root }],
    spec: parametersOf('1.0.0'),
    policy,
    ...more,
  })
  const act = (action: string, input: JsonObject = {}) =>
    client.act(action, { server: 'fhir', ...input }, 10_000)
  return { client, act }
}

test('its stock certificate stops a client that validates', async () => {
  const { act } = await start({})
  expect((await act('udap/discover')).stopped).toMatchObject({ check: 'signed-metadata-chain' })
  const { act: again } = await start({ revocation: 'off' })
  expect((await again('udap/discover')).stopped).toMatchObject({
    check: 'signed-metadata-issuer-in-certificate',
  })
})

test('signedMetadata: warn goes on, and says what did not hold', async () => {
  const { act } = await start({ signedMetadata: 'warn' })
  const { stopped, loosened, outputs } = await act('udap/discover')
  expect(stopped).toBeUndefined()
  expect(loosened).toEqual([
    { check: 'signed-metadata-chain', message: expect.stringContaining('revoked'), refs: expect.any(Array) },
    {
      check: 'signed-metadata-issuer-in-certificate',
      message: 'The iss of signed_metadata is no URI name of its certificate.',
      refs: ['disc-039'],
    },
  ])
  expect(outputs).toMatchObject({ token_endpoint: expect.stringMatching(/\/auth\/token$/) })
})

test('the client credentials flow has nothing to report', async () => {
  const { act } = await start({ signedMetadata: 'warn' })
  await act('udap/discover')
  expect((await act('udap/register', { scope: 'system/*.read' })).outputs).toMatchObject({
    status: 201,
    scope: 'system/*.read',
  })
  expect((await act('udap/token')).outputs).toMatchObject({ status: 200, expires_in: 3600 })
  expect((await act('fhir/read', { resource: 'Patient/p1' })).outputs).toMatchObject({ status: 200 })
  expect(inferno.errors).toEqual([])
})

test('a certificate other than that of the registration is refused with 401, and that is told', async () => {
  const { client, act } = await start({ signedMetadata: 'warn' })
  await act('udap/discover')
  await act('udap/register', { scope: 'system/*.read' })
  const renewed = await ours.issue(['https://app-c1.localhost'], 'renewed')
  await client.act('credential/replace', { ...renewed }, 5000)
  expect((await act('udap/token')).outputs).toMatchObject({ status: 401, error: 'invalid_client' })
})

test.each([
  ['without PKCE, as in STU 1', '1.0.0'],
  ['with PKCE', '2.0.0'],
])('the authorization code flow %s has nothing to report', async (_name, version) => {
  const { client, act } = await start({ signedMetadata: 'warn' }, { spec: parametersOf(version) })
  await act('udap/discover')
  await act('udap/register', {
    scope: 'openid fhirUser offline_access patient/*.read',
    grant_types: ['authorization_code', 'refresh_token'],
  })
  // Its ID tokens do not repeat a nonce.
  const { outputs } = await act('oauth/authorize', { parameters: { nonce: null } })
  await visit(client, String(outputs.authorization_url))
  const token = await act('udap/token')
  expect(token.stopped).toBeUndefined()
  expect(token.outputs).toMatchObject({ status: 200, patient: 'p1', refresh_token: expect.any(String) })
  expect(token.outputs).not.toHaveProperty('scope')
  expect((await act('fhir/read', { resource: 'Patient/p1' })).outputs).toMatchObject({ status: 200 })
  expect(inferno.errors).toEqual([])
})

test('an ID token that does not repeat the nonce that was sent stops the client', async () => {
  const { client, act } = await start({ signedMetadata: 'warn' })
  await act('udap/discover')
  await act('udap/register', { scope: 'openid patient/*.read', grant_types: ['authorization_code'] })
  await visit(client, String((await act('oauth/authorize')).outputs.authorization_url))
  expect((await act('udap/token')).stopped).toMatchObject({ check: 'id-token-nonce' })
})

test('in a run it is said what was let pass, and nobody takes it for good', async () => {
  using folder = temporaryFolder()
  const at = (name: string) => join(folder.path, name)
  writeFileSync(at('inferno-root.pem'), toPem(Buffer.from(inferno.root, 'base64')))
  writeFileSync(at('tls-root.pem'), (await bed.tls()).roots.join(''))
  const base = inferno.fhir.slice(0, -'/fhir'.length)
  const endpoints = `{ registration: ${base}/auth/register, token: ${base}/auth/token }`
  writeFileSync(
    at('testbed.yaml'),
    `testbed: 1
tlsCa: [tls-root.pem]
actors:
  holder: { url: ${inferno.fhir}, anchors: [inferno-root.pem], community: "urn:example:inferno", endpoints: ${endpoints} }
`,
  )
  const { code, out, err } = await cli(
    'run',
    'scenarios/tools/inferno-client-suite.yaml',
    '--config',
    at('testbed.yaml'),
    '--output-dir',
    at('run'),
  )
  expect(err).toBe('')
  const { steps, rules } = readRun(at('run')).result.cases[0]!
  expect(steps.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed', 'passed'])
  const [chain, name] = steps[0]?.loosened ?? []
  expect([chain, name]).toEqual([
    expect.stringMatching(/^signed-metadata-chain: /),
    expect.stringMatching(/^signed-metadata-issuer-in-certificate: /),
  ])
  expect(out).toContain('app runs with policy signedMetadata: warn')
  expect(out).toContain(`let pass by policy: ${name}`)
  // The certificate is held against the server, and nothing against the app that was told to go on.
  expect(code).toBe(1)
  const broken = rules.flatMap(({ id, findings }) => findings.map((finding) => ({ id, ...finding })))
  expect(broken).toContainEqual(
    expect.objectContaining({ id: 'disc-039', actor: 'holder', verdict: 'broken' }),
  )
  expect(broken).toContainEqual(expect.objectContaining({ id: 'disc-049', actor: 'app', provoked: true }))
  expect(broken.filter(({ actor, provoked }) => actor === 'app' && !provoked)).toEqual([])
}, 30_000)

/** Nobody signs in there: the browser is sent straight back. */
async function visit(client: StartedActor & { port: number }, url: string): Promise<void> {
  const { headers } = await bed.call({ url })
  const back = new URL(String(headers.location))
  back.port = String(client.port)
  expect((await bed.call({ url: back.href })).status).toBe(200)
}
