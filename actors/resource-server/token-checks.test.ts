import { createHmac, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Bed } from '../fixture-bed.ts'
import { startCommunity } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import {
  type AuthorizationStub,
  type ResourceServer,
  startAuthorizationStub,
  startResourceServer,
} from './fixture.ts'

const bed = new Bed()
let authorization: AuthorizationStub
let server: ResourceServer
beforeAll(async () => {
  authorization = await startAuthorizationStub(bed)
  server = await startResourceServer(bed, authorization, { communities: [await startCommunity(bed)] })
})
afterAll(() => bed.close())

const read = (authorizationHeader?: string) =>
  bed.call({
    url: `${server.url}/Patient/p1`,
    ...(authorizationHeader === undefined ? {} : { headers: { authorization: authorizationHeader } }),
  })
const bearer = (token: string) => read(`Bearer ${token}`)
type Changes = Parameters<AuthorizationStub['token']> extends [string, ...infer Rest] ? Rest : never
const token = (...changes: Changes) => authorization.token(server.url, ...changes)
const now = () => Math.floor(Date.now() / 1000)
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

it('lets in who has a token of its authorization server', async () => {
  const answer = await bearer(await token())
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toMatch('application/fhir+json')
  expect(answer.json()).toMatchObject({ resourceType: 'Patient', id: 'p1' })
  expect((await bearer(await token({ aud: ['https://other.example', server.url] }))).status).toBe(200)
  expect((await bearer(await token({}, { typ: 'application/at+jwt' }))).status).toBe(200)
  expect((await bearer(await token({}, { kid: undefined }))).status).toBe(200)
  expect((await read(`bearer ${await token()}`)).status).toBe(200)
})

it('tells who shows nothing that a token is needed, and nothing about an error', async () => {
  const answer = await read()
  expect(answer.status).toBe(401)
  expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${server.url}"`)
  expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'login' }] })
})

it('refuses a header whose members cannot even be read as text', async () => {
  const odd = { toString: 1 }
  for (const header of [{ typ: odd }, { typ: 'at+jwt', alg: odd }, { typ: 'at+jwt', alg: 'RS256', kid: odd }])
    expect(
      (await bearer(`${base64url(header)}.${base64url({ exp: odd, aud: odd, scope: odd })}.c2ln`)).status,
    ).toBe(401)
})

const unsigned = async () => `${base64url({ alg: 'none', typ: 'at+jwt' })}.${(await token()).split('.')[1]}.`

/** HMAC with the public key as the secret: the classic confusion. */
async function confused(): Promise<string> {
  const head = base64url({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })
  const input = `${head}.${(await token()).split('.')[1]}`
  const secret = createPublicKey(await keyFor('access tokens')).export({ type: 'spki', format: 'pem' })
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

async function tampered(): Promise<string> {
  const [head, payload, signature] = (await token()).split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  return `${head}.${base64url({ ...claims, scope: 'system/*.cruds' })}.${signature}`
}

it.each<[string, () => Promise<string>]>([
  ['nonsense', async () => 'Bearer nonsense'],
  ['two tokens', async () => `Bearer ${await token()} ${await token()}`],
  ['another scheme', async () => 'Basic dTpw'],
  ['a signature by another key', async () => `Bearer ${await token({}, {}, await keyFor('stranger'))}`],
  ['an unknown key id', async () => `Bearer ${await token({}, { kid: 'k2' })}`],
  ['a changed payload', async () => `Bearer ${await tampered()}`],
  ['alg none', async () => `Bearer ${await unsigned()}`],
  ['HMAC with the public key', async () => `Bearer ${await confused()}`],
  ['an algorithm that the key is not for', async () => `Bearer ${await token({}, { alg: 'RS384' })}`],
  ['an algorithm that is not allowed', async () => `Bearer ${await token({}, { alg: 'PS256' })}`],
  ['a crit header', async () => `Bearer ${await token({}, { crit: ['b64'], b64: true })}`],
  ['no typ', async () => `Bearer ${await token({}, { typ: undefined })}`],
  ['the typ of any JWT', async () => `Bearer ${await token({}, { typ: 'JWT' })}`],
  ['another issuer', async () => `Bearer ${await token({ iss: `${authorization.peer.url}/` })}`],
  ['another audience', async () => `Bearer ${await token({ aud: 'https://other.example/fhir' })}`],
  ['almost its audience', async () => `Bearer ${await token({ aud: `${server.url}/` })}`],
  ['no audience', async () => `Bearer ${await token({ aud: undefined })}`],
  ['an end in the past', async () => `Bearer ${await token({ exp: now() })}`],
  ['no end', async () => `Bearer ${await token({ exp: undefined })}`],
  ['an end that is no number', async () => `Bearer ${await token({ exp: '9999999999' })}`],
  ['a beginning in the future', async () => `Bearer ${await token({ nbf: now() + 60 })}`],
])('refuses %s as an invalid token', async (_what, header) => {
  const answer = await read(await header())
  expect(answer.status).toBe(401)
  expect(answer.headers['www-authenticate']).toMatch(
    /^Bearer realm=".*", error="invalid_token", error_description=/,
  )
  expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'login' }] })
})

it('follows the clock of the scenario', async () => {
  const old = await token()
  await server.setClock(301_000)
  expect((await bearer(old)).status).toBe(401)
  await server.setClock(0)
  expect((await bearer(old)).status).toBe(200)
})

it.each([
  ['access-token-signature', () => token({}, {}, undefined).then((jwt) => `${jwt.slice(0, -8)}AAAAAAAA`)],
  ['access-token-type', () => token({}, { typ: 'JWT' })],
  ['access-token-issuer', () => token({ iss: 'https://other.example' })],
  ['access-token-audience', () => token({ aud: 'https://other.example' })],
  ['access-token-expiry', () => token({ exp: now() - 60 })],
  ['access-token-not-before', () => token({ nbf: now() + 60 })],
  ['access-token-scope', () => token({ scope: 'openid' })],
  ['access-token-patient', () => token({ scope: 'patient/*.rs' })],
  ['access-token-compartment', () => token({ scope: 'patient/*.rs', patient: 'p2' })],
  ['access-token-restriction', () => token({ scope: 'system/Patient.rs?gender=male' })],
])('lets through what only %s would refuse, when that is skipped, and says so', async (check, bad) => {
  const jwt = await bad()
  expect((await bearer(jwt)).status).not.toBe(200)
  const id = await server.arm([{ inject: `skip/${check}` }])
  const answer = await bearer(jwt)
  expect(await server.disarm(id)).toEqual([{ fault: `skip/${check}` }])
  expect(answer.status).toBe(200)
})

it('asks for the keys once, again for a new key, and not again for each stranger', async () => {
  const own = new Bed()
  try {
    const stub = await startAuthorizationStub(own)
    const { url } = await startResourceServer(own, stub, { communities: [await startCommunity(own)] })
    const get = async (jwt: string) =>
      (await own.call({ url: `${url}/Patient/p1`, headers: { authorization: `Bearer ${jwt}` } })).status
    expect(await get(await stub.token(url))).toBe(200)
    expect(await get(await stub.token(url))).toBe(200)
    expect(stub.asked).toEqual(['/jwks'])
    const jwks = stub.jwks!
    stub.jwks = { keys: [...jwks.keys, { ...jwks.keys[0], kid: 'k2' }] }
    expect(await get(await stub.token(url, {}, { kid: 'k2' }))).toBe(200)
    for (let stranger = 0; stranger < 5; stranger++) {
      expect(await get(await stub.token(url, {}, { kid: `stranger-${stranger}` }))).toBe(401)
    }
    expect(stub.asked).toEqual(['/jwks', '/jwks'])
  } finally {
    await own.close()
  }
})

it('says 503 while there is no key to check by', async () => {
  const own = new Bed()
  try {
    const stub = await startAuthorizationStub(own)
    const { url } = await startResourceServer(own, stub, { communities: [await startCommunity(own)] })
    const jwks = stub.jwks
    stub.jwks = undefined
    const headers = { authorization: `Bearer ${await stub.token(url)}` }
    expect((await own.call({ url: `${url}/Patient/p1`, headers })).status).toBe(503)
    stub.jwks = jwks
    expect((await own.call({ url: `${url}/Patient/p1`, headers })).status).toBe(200)
  } finally {
    await own.close()
  }
})

const all = { patientRead: 200, patientSearch: 200, observationRead: 200, observationSearch: 200 }
const none = { patientRead: 403, patientSearch: 403, observationRead: 403, observationSearch: 403 }
const patients = { ...none, patientRead: 200, patientSearch: 200 }
it.each([
  ['system/Patient.read', patients],
  ['system/Observation.read', { ...all, patientRead: 403, patientSearch: 403 }],
  ['system/*.read', all],
  ['system/*.*', all],
  ['system/Patient.write', none],
  ['system/Patient.rs', patients],
  ['system/Patient.cruds', patients],
  ['system/Patient.r', { ...none, patientRead: 200 }],
  ['system/Patient.s', { ...none, patientSearch: 200 }],
  ['system/Patient.r system/Observation.s', { ...none, patientRead: 200, observationSearch: 200 }],
  ['system/*.rs', all],
  ['system/Patient.sr', none],
  ['system/Patient.cud', none],
  ['system/Observation.rs?category=laboratory', { ...none, observationRead: 404, observationSearch: 200 }],
  ['system/Observation.rs?category=vital-signs', { ...none, observationRead: 200, observationSearch: 200 }],
  ['system/*.rs?category=vital-signs', { ...none, observationRead: 200, observationSearch: 200 }],
  ['system/Observation.rs?colour=red', none],
  ['system/Observation.rs?category=', none],
  ['system/Observation.rs?category=a|b|c', none],
  ['system/Observation.rs?', none],
  ['system/Observation.read?category=laboratory', none],
  ['user/*.rs', all],
  ['patient/*.read', none],
  ['system/patient.rs', none],
  ['asystem/Patient.rs', none],
  ['', none],
])('with the scope "%s" it allows exactly that', async (scope, expected) => {
  const headers = { authorization: `Bearer ${await token({ scope })}` }
  const status = async (path: string) => (await bed.call({ url: `${server.url}/${path}`, headers })).status
  expect({
    patientRead: await status('Patient/p1'),
    patientSearch: await status('Patient?family=Rivera'),
    observationRead: await status('Observation/p1-weight'),
    observationSearch: await status('Observation?patient=p1'),
  }).toEqual(expected)
})

it.each([
  ['system/Patient.s', 'system/Patient.r'],
  ['openid patient/Patient.s system/Patient.s', 'patient/Patient.r'],
  ['user/Observation.rs', 'user/Patient.r'],
  ['patient/*.rs', 'launch/patient'],
  ['', 'system/Patient.r'],
])('tells who comes with "%s" that it takes %s', async (scope, least) => {
  const { status, headers } = await bearer(await token({ scope }))
  expect(status).toBe(403)
  expect(headers['www-authenticate']).toContain(`scope="${least}"`)
})

it('names the scope that was missing', async () => {
  const answer = await bearer(await token({ scope: 'system/Patient.s' }))
  expect(answer.status).toBe(403)
  expect(answer.headers['www-authenticate']).toMatch('error="insufficient_scope"')
  expect(answer.headers['www-authenticate']).toMatch('scope="system/Patient.r"')
  expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'forbidden' }] })
})
