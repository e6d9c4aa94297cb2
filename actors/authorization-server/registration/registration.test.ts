import { createHmac, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKey } from '../../../certs/keys.ts'
import type { Credential } from '../../actor.ts'
import type { CallResponse } from '../../call.ts'
import { parametersOf } from '../../fixture.ts'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import {
  answerOf,
  CLIENT_URI,
  CODE,
  JSON_TYPE,
  type JwtChanges,
  register,
  type Server,
  signStatement,
  startAuthorizationServer,
  startParties,
} from '../fixture.ts'

const bed = new Bed()
let community: Community
let credential: Credential
let ecCredential: Credential
let server: Server

beforeAll(async () => {
  ;({ community, credential, server } = await startParties(bed))
  ecCredential = await community.issue(['https://app.example/ec'], 'client ec', 'ec-p256')
})
afterAll(() => bed.close())

async function registerWith(changes: JwtChanges, by = credential): Promise<CallResponse> {
  return register(server, await signStatement(server, by, changes))
}

describe('a good registration', () => {
  test('is answered with 201, the client_id and what was registered, and nothing else', async () => {
    const statement = await signStatement(server, ecCredential, {
      claims: {
        scope: 'system/Patient.rs system/Nothing.rs',
        client_uri: 'https://app.example',
        logo_uri: '',
        unheard_of: true,
      },
    })
    const answer = await register(server, statement)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(answerOf(answer)).toEqual({
      status: 201,
      client_id: expect.stringMatching(/^\S{10,}$/),
      software_statement: statement,
      client_name: 'A backend',
      client_uri: 'https://app.example',
      contacts: ['mailto:operator@app.example'],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: 'system/Patient.rs',
    })
  })

  test('of the same iss in the same community replaces the earlier one, with 200 and the same client_id', async () => {
    const first = answerOf(await registerWith({}))
    const again = answerOf(
      await registerWith({ claims: { client_name: 'Renamed', scope: 'system/Observation.rs' } }),
    )
    expect(again).toMatchObject({ status: 200, client_name: 'Renamed', scope: 'system/Observation.rs' })
    expect(again).toHaveProperty('client_id', (first as { client_id?: string }).client_id)
  })

  test('of the same iss in another community is another client', async () => {
    const south = await startCommunity(bed, 'south')
    const both = await startAuthorizationServer(bed, { communities: [community, south] })
    const northern = await register(both, await signStatement(both, credential))
    const southern = await register(both, await signStatement(both, await south.issue([CLIENT_URI])))
    expect([northern.status, southern.status]).toEqual([201, 201])
    expect(southern.json()).not.toHaveProperty(
      'client_id',
      (northern.json() as { client_id: string }).client_id,
    )
  })

  test('repeats the claims of the JWT where the guide version lets servers do so', async () => {
    const spec = parametersOf('2.0.0', ({ registration }) => {
      registration.echoJwtClaims = true
    })
    const older = await startAuthorizationServer(bed, { communities: [community], context: { spec } })
    const answer = await register(older, await signStatement(older, credential, { claims: { jti: 'j-1' } }))
    expect(answerOf(answer)).toMatchObject({ status: 201, iss: CLIENT_URI, sub: CLIENT_URI, jti: 'j-1' })
  })

  test('may name a wildcard scope that the server supports', async () => {
    const wild = await startAuthorizationServer(bed, {
      communities: [community],
      with: { scopes: ['system/*.rs'] },
    })
    const answer = await register(
      wild,
      await signStatement(wild, credential, { claims: { scope: 'system/*.rs' } }),
    )
    expect(answerOf(answer)).toMatchObject({ status: 201, scope: 'system/*.rs' })
  })
})

const STATEMENT = 'invalid_software_statement'
const METADATA = 'invalid_client_metadata'
const now = Math.floor(Date.now() / 1000)

// What is wrong, the check that must refuse it (and no other), the error code.
const refusals: [string, string, string, JwtChanges][] = [
  ['no x5c', 'software-statement-x5c', STATEMENT, { header: { x5c: undefined } }],
  ['x5c of junk', 'software-statement-x5c', STATEMENT, { header: { x5c: ['AAAA'] } }],
  [
    'iss not in the certificate',
    'software-statement-issuer',
    STATEMENT,
    claims({ iss: `${CLIENT_URI}/`, sub: `${CLIENT_URI}/` }),
  ],
  ['sub other than iss', 'software-statement-subject', STATEMENT, claims({ sub: 'https://other.example' })],
  [
    'aud of another endpoint',
    'software-statement-audience',
    STATEMENT,
    claims({ aud: 'https://as.example/register' }),
  ],
  ['exp as text', 'software-statement-times', STATEMENT, claims({ exp: String(now + 60) })],
  ['no iat', 'software-statement-times', STATEMENT, claims({ iat: undefined })],
  ['iat in the future', 'software-statement-issued-at', STATEMENT, claims({ iat: now + 120 })],
  ['expired', 'software-statement-expiry', STATEMENT, { offsetS: -600 }],
  ['exp before iat', 'software-statement-expiry', STATEMENT, claims({ exp: now - 60 })],
  ['lives too long', 'software-statement-lifetime', STATEMENT, claims({ iat: now - 200, exp: now + 101 })],
  ['no jti', 'software-statement-jti', STATEMENT, claims({ jti: undefined })],
  ['no client_name', 'client-name', METADATA, claims({ client_name: undefined })],
  ['contacts without mailto', 'contacts', METADATA, claims({ contacts: ['https://app.example'] })],
  ['contacts as text', 'contacts', METADATA, claims({ contacts: 'mailto:a@app.example' })],
  [
    'both grant types',
    'grant-types',
    METADATA,
    claims({ ...CODE, grant_types: ['client_credentials', 'authorization_code'] }),
  ],
  ['authorization_code, which is not supported', 'grant-types', METADATA, claims(CODE)],
  ['no grant types', 'grant-types', METADATA, claims({ grant_types: undefined })],
  [
    'a grant type of nobody',
    'grant-types',
    METADATA,
    claims({ grant_types: ['client_credentials', 'magic'] }),
  ],
  ['response_types', 'response-types', METADATA, claims({ response_types: ['code'] })],
  ['redirect_uris', 'redirect-uris', METADATA, claims({ redirect_uris: ['https://app.example/cb'] })],
  [
    'client_secret_basic',
    'token-endpoint-auth-method',
    METADATA,
    claims({ token_endpoint_auth_method: 'client_secret_basic' }),
  ],
  ['no scope', 'registration-scope', METADATA, claims({ scope: undefined })],
  [
    'a wildcard that is not supported',
    'registration-scope',
    METADATA,
    claims({ scope: 'system/*.rs system/Patient.rs' }),
  ],
  ['nothing that can be granted', 'registration-scope', METADATA, claims({ scope: 'system/Nothing.rs' })],
]

function claims(changed: Record<string, unknown>): JwtChanges {
  return { claims: changed }
}

describe('one wrong thing is refused by one check', () => {
  test.each(refusals)('%s: %s', async (_what, check, error, changes) => {
    const refused = await registerWith(changes)
    expect(answerOf(refused)).toEqual({ status: 400, error, error_description: expect.any(String) })
    expect(refused.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': /^application\/json/,
    })

    const arm = await server.actor.arm([{ inject: `skip/${check}` }])
    const accepted = await registerWith(changes)
    const fired = await server.actor.disarm(arm)
    expect([200, 201], accepted.text).toContain(accepted.status)
    expect(fired).toEqual([{ fault: `skip/${check}` }])
    const inbound = (await bed.halves()).find(({ traced }) => traced === accepted.id)
    expect(inbound?.faults).toEqual([{ fault: `skip/${check}` }])
  })

  test('a community that is not trusted: unapproved_software_statement', async () => {
    const stranger = await (await startCommunity(bed, 'stranger')).issue([CLIENT_URI])
    expect(answerOf(await registerWith({}, stranger))).toMatchObject({
      status: 400,
      error: 'unapproved_software_statement',
    })
    const arm = await server.actor.arm([{ inject: 'skip/software-statement-chain' }])
    const accepted = await registerWith({}, stranger)
    expect(await server.actor.disarm(arm)).toHaveLength(1)
    expect([200, 201]).toContain(accepted.status)
  })

  test('a certificate that has expired by the clock of the scenario', async () => {
    const yearsMs = 3 * 365 * 86_400_000
    await server.actor.setClock(yearsMs)
    expect(answerOf(await registerWith({ offsetS: yearsMs / 1000 }))).toMatchObject({
      status: 400,
      error: 'unapproved_software_statement',
      error_description: expect.stringContaining('expired'),
    })
    await server.actor.setClock(0)
  })

  test('a jti that was used, until that statement has expired', async () => {
    const used = claims({ jti: 'used-once' })
    expect((await registerWith(used)).status).toBe(200)
    expect(answerOf(await registerWith(used))).toMatchObject({ status: 400, error: STATEMENT })
    await server.actor.setClock(301_000)
    expect((await registerWith({ ...used, offsetS: 301 })).status).toBe(200)
    await server.actor.setClock(0)
  })
})

describe('a signature that proves nothing', () => {
  const forge = async (header: object, sign: (input: string) => string) => {
    const [, payload] = (await signStatement(server, credential)).split('.')
    const head = Buffer.from(JSON.stringify({ x5c: credential.chain, ...header })).toString('base64url')
    return answerOf(await register(server, `${head}.${payload}.${sign(`${head}.${payload}`)}`))
  }
  const refused = { status: 400, error: STATEMENT, error_description: expect.any(String) }

  test('alg none', async () => {
    expect(await forge({ alg: 'none' }, () => '')).toEqual(refused)
    expect(await forge({ alg: 'none' }, () => 'AAAA')).toEqual(refused)
  })

  test('HS256 with the public key as secret', async () => {
    const secret = createPublicKey(credential.key).export({ type: 'spki', format: 'pem' })
    const hmac = (input: string) => createHmac('sha256', secret).update(input).digest('base64url')
    expect(await forge({ alg: 'HS256' }, hmac)).toEqual(refused)
    expect(await forge({ alg: 'RS256' }, hmac)).toEqual(refused)
  })

  test('an alg that does not fit the key of the certificate', async () => {
    expect(await forge({ alg: 'ES256' }, () => 'A'.repeat(86))).toEqual(refused)
  })

  test('a signature by another key than that of x5c[0]', async () => {
    expect(answerOf(await registerWith({ key: await generateKey('rsa-2048') }))).toEqual(refused)
  })

  test('the right key, but a CA certificate first in x5c', async () => {
    const x5c = [...credential.chain].reverse()
    expect(answerOf(await registerWith({ header: { x5c } }))).toEqual(refused)
  })

  test('a header parameter that must be understood and is not', async () => {
    const [head, payload, signature] = (await signStatement(server, credential)).split('.')
    const header = JSON.parse(Buffer.from(head!, 'base64url').toString()) as object
    const crit = Buffer.from(JSON.stringify({ ...header, crit: ['b64'], b64: true })).toString('base64url')
    expect(answerOf(await register(server, `${crit}.${payload}.${signature}`))).toEqual(refused)
  })
})

describe('a body that is none', () => {
  const post = async (body: string | Buffer, type = 'application/json') =>
    answerOf(
      await server.call({ method: 'POST', path: '/register', headers: { 'content-type': type }, body }),
    )
  const refused = { status: 400, error: METADATA, error_description: expect.any(String) }

  test.each([
    ['text', 'hello'],
    ['an array', '[]'],
    ['null', 'null'],
    ['empty', ''],
    ['no statement', '{"udap":"1"}'],
    ['a statement that is no string', '{"udap":"1","software_statement":{}}'],
    ['a forbidden key', '{"__proto__":{"software_statement":"x"},"udap":"1"}'],
    ['deep nesting', '['.repeat(100_000)],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('%s', async (_what, body) => {
    expect(await post(body)).toEqual(refused)
  })

  test('another media type, although the body is right', async () => {
    const body = JSON.stringify({ udap: '1', software_statement: await signStatement(server, credential) })
    expect(await post(body, 'text/plain')).toEqual(refused)
    expect(await post(body, 'application/json; charset=utf-8')).toMatchObject({ status: 200 })
  })

  test.each([undefined, 1, '2'])('udap %s', async (udap) => {
    const body = { udap: udap as string, software_statement: await signStatement(server, credential) }
    const sent = await server.call({
      method: 'POST',
      path: '/register',
      headers: JSON_TYPE,
      body: JSON.stringify(body),
    })
    expect(answerOf(sent)).toEqual(refused)
  })

  test('more than the limit', async () => {
    expect(await post('x'.repeat(300_000))).toMatchObject({ status: 413, error: 'invalid_request' })
  })
})

test('revocation is checked unless the policy says otherwise', async () => {
  const silent = await startCommunity(bed, 'silent')
  const strict = await startAuthorizationServer(bed, { communities: [silent], context: { policy: {} } })
  const statement = await signStatement(strict, await silent.issue([CLIENT_URI]))
  await silent.close()
  const answer = await register(strict, statement)
  expect(answerOf(answer)).toMatchObject({
    status: 400,
    error: 'unapproved_software_statement',
    error_description: expect.stringContaining('revoked'),
  })
})

test('a policy or lifetime that makes no sense stops the start', async () => {
  const policy = { revocation: 'maybe' }
  await expect(startAuthorizationServer(bed, { context: { policy } })).rejects.toThrow(
    'policy.revocation of as is "maybe"',
  )
  await expect(startAuthorizationServer(bed, { with: { tokenLifetimeS: 7200 } })).rejects.toThrow(
    '3600 s at most',
  )
})
